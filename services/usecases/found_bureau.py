"""The first bureau of a tree, opened by the operator at the console; every other one by its superior."""

from policies.terms import Bureau, Principal
from services.clock import today
from services.ruling.onboarding_errors import BureauTaken
from services.usecases.onboard_bureau import Person
from services.work import App
from tenants import journal
from tenants.rows import BureauEntry, Membership
from tenants.scope import Scope
from tenants.stores import bureaus, members

OPERATOR = Principal("operator", "系统运维", "", frozenset({"system"}))


async def found_bureau(
    app: App, code: str, name: str, level: str, admin: Person, head: Person
) -> BureauEntry:
    """Open a bureau that has no superior in this deployment, with its administrator and its head.

    Args:
        app: the wiring; only the operator's console calls this, no route does.
        code: GB/T 2260. level: "province", "city" or "county".

    Raises:
        BureauTaken: the code is open already; nothing was changed.
    """
    scope = Scope.for_system(code, (code,))
    async with app.database.several(scope) as unit:
        db = unit.control  # a new bureau lives in the shared database until it is moved
        if any(entry.code == code for entry in await bureaus.all_(db)):
            raise BureauTaken(code)
        await bureaus.put(db, Bureau(code, name, level))  # type: ignore[arg-type]  # checked by the table
        await unit.share_bureaus()
        since = today(app.clock)
        for person, role in ((admin, "bureau_admin"), (head, "bureau_head")):
            first = Membership(code, person.subject, role, person.name, since, origin="founding")
            await members.grant(db, scope, first)
        await journal.note(
            db, scope, actor=OPERATOR, action="bureau.open", target=f"bureau/{code}", at=app.clock.now()
        )
        return await bureaus.get(db, code)
