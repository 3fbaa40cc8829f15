"""Who asks, approves and is looked at in the break-glass tests; their roles are written past every guard."""

from sqlalchemy import text

from policies.access_glass import Glass, looker
from policies.terms import Principal
from services.usecases.approve_glass import approve_glass
from services.usecases.ask_glass import ask_glass
from services.work import App
from tenants.roles import administer

XP, ZMD, HN, BT = "411721", "411700", "410000", "150200"
PEOPLE = (
    (ZMD, "sys", "system_admin"),
    (ZMD, "sys", "inspector"),
    (HN, "sec", "security_admin"),
    (XP, "own", "system_admin"),
    (BT, "stranger", "system_admin"),
    (XP, "head", "bureau_head"),
    (XP, "audit", "audit_admin"),
    (XP, "keeper", "registry_keeper"),
    (ZMD, "cityhead", "bureau_head"),
)
WHY, WHAT = "导入后名录数量与上报数量不符", "核对名录数量和导入记录"


async def give(superuser_dsn: str, database: str) -> None:
    """Memberships of PEOPLE, as if they had always been there."""
    async with administer(superuser_dsn, database) as db:
        await db.execute(text("set session_replication_role = replica"))
        for bureau, post, role in PEOPLE:
            await db.execute(
                text(
                    "insert into membership (bureau, subject, role, name, certificate, valid_from, origin)"
                    f" values ('{bureau}', '{post}', '{role}', '{post}', '', '2025-01-01', 'earlier')"
                )
            )


def one(app: App, bureau: str, post: str, *roles: str) -> Principal:
    """A person of PEOPLE, freshly signed in with a second factor."""
    held = roles or tuple(role for b, p, role in PEOPLE if (b, p) == (bureau, post))
    now = int(app.clock.now().timestamp())
    return Principal(post, post, bureau, frozenset(held), acr=2, auth_time=now)


async def ask(app: App, bureau: str = XP, *, by: tuple[str, str] = (ZMD, "sys"), minutes: int = 30) -> Glass:
    async with app.work(one(app, *by)) as work:
        return await ask_glass(work, bureau, WHY, WHAT, minutes)


async def approve(app: App, found: Glass, by: tuple[str, str] = (XP, "head")) -> Glass:
    async with app.work(one(app, *by)) as work:
        return await approve_glass(work, found.id, found.said)


async def opened(app: App, **how: object) -> Principal:
    """Asked, approved, and looking."""
    return looker(await approve(app, await ask(app, **how)))  # type: ignore[arg-type]
