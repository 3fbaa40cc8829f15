"""How commands that need the deployment reach it: open the wiring, act as a member of a bureau.

Who may run commands on the server's console can read its keys anyway, so the console counts as a fresh
second factor; what the person may do is still asked of the matrix, with the roles of our own table.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from policies.errors import Missing
from policies.terms import Principal
from services.clock import today
from services.home import Home
from services.wiring import open_app, settings_for
from services.work import App, Work
from tenants.scope import Scope
from tenants.stores import members

T = TypeVar("T")
HomeOption = Annotated[Path | None, typer.Option("--home", help="数据目录 · home folder")]
Bureau = Annotated[str, typer.Option("--bureau", "-b", help="单位代码，如 411721 · bureau code")]
As = Annotated[str, typer.Option("--as", help="登录标识 · subject of the login", envvar="SHUANGSUI_AS")]
Of = Annotated[str, typer.Option("--of", help="本人所属单位，见证者用 · own bureau of a witness")]


def with_app(home: Path | None, act: Callable[[App], Awaitable[T]]) -> T:
    """Open the deployment, run `act`, publish what was logged, close."""

    async def run() -> T:
        async with open_app(settings_for(Home.at(home) if home else None)) as app:
            try:
                return await act(app)
            finally:
                await app.log.publish()

    return asyncio.run(run())


async def member(app: App, bureau: str, subject: str) -> Principal:
    """The person with the roles held in `bureau` today.

    Raises:
        Missing: no membership of that login in the bureau.
    """
    day = today(app.clock)
    async with app.database.unit(Scope.login(subject), read_only=True) as db:
        held = [m for m in await members.of_subject(db, subject, day) if m.bureau == bureau]
    if not held:
        raise Missing(f"{subject} @ {bureau}", what="岗位")
    return Principal(
        subject=subject,
        name=held[0].name,
        bureau=bureau,
        roles=frozenset(m.role for m in held),
        acr=2,
        auth_time=int(app.clock.now().timestamp()),
        certificate=next((m.certificate for m in held if m.certificate), ""),
    )


@asynccontextmanager
async def acting(app: App, bureau: str, subject: str, within: str = "") -> AsyncIterator[Work]:
    """One transaction of that person; `within` a bureau below the own one when given."""
    who = await member(app, bureau, subject)
    async with app.work(who, bureau=within or None) as work:
        yield work


def in_work(home: Path | None, bureau: str, subject: str, act: Callable[[Work], Awaitable[T]]) -> T:
    """Run one use case in one transaction of that person."""

    async def run(app: App) -> T:
        async with acting(app, bureau, subject) as work:
            return await act(work)

    return with_app(home, run)


def in_draw(home: Path | None, bureau: str, of: str, subject: str, act: Callable[[Work], Awaitable[T]]) -> T:
    """As `in_work`, within the bureau that draws; a witness names its own bureau in `of`."""

    async def run(app: App) -> T:
        async with acting(app, of or bureau, subject, bureau if of else "") as work:
            return await act(work)

    return with_app(home, run)
