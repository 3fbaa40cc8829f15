"""`shuangsui roster key-list`: the city's list beside the roster, then taken over; and who below has."""

from typing import Annotated, Any

import typer

from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.key_list_takings import key_list_takings
from services.usecases.take_key_list import preview_take, take_key_list
from services.work import Work

Year = Annotated[int, typer.Argument(help="年度 · year of the list", metavar="YEAR")]
Take = Annotated[bool, typer.Option("--take", help="承接；不带则只核对 · take over; without it a preview")]
Cease = Annotated[
    list[str] | None,
    typer.Option("--cease", help="名录没有、不再列为重点的编码，可多次 · code that is no longer key"),
]
Why = Annotated[str, typer.Option(help="说明 · remark")]


@guarded
def key_list(
    year: Year,
    bureau: Bureau,
    who: As,
    take: Take = False,
    cease: Cease = None,
    why: Why = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """核对并承接上级公布的重点名录 · lay the published key list beside the roster, and take it over.

    例 / example: shuangsui roster key-list 2026 --take -b 411721 --as demo-411721-keeper
    """

    async def act(work: Work) -> dict[str, Any]:
        shown = await preview_take(work, year)
        plan = shown.plan
        facts: dict[str, Any] = {
            "version": shown.listed.version if shown.listed else 0,
            "became": [one.site.code for one in plan.became],
            "ceased": [one.site.code for one in plan.ceased],
            "stays": len(plan.stays),
            "unknown": {one.listed.code: one.why for one in plan.unknown},
        }
        if take:
            chosen = {one.site.code: one.mark for one in plan.became}
            marks = {one.site.code: one.mark for one in plan.ceased}
            chosen |= {code: marks.get(code, "") for code in cease or ()}  # another code is refused by name
            done = await take_key_list(work, year, shown.mark, chosen, why)
            facts |= {"taken": str(done.id), "batch": str(done.batch or ""), "counts": done.counts}
        return facts

    show(in_work(home, bureau, who, act), as_json)


@guarded
def key_list_takings_(
    year: Year, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """下级承接重点名录的情况 · which bureaus below have taken over which version.

    例 / example: shuangsui roster key-list-takings 2026 -b 411700 --as demo-411700-auditor
    """

    async def act(work: Work) -> list[dict[str, Any]]:
        found = await key_list_takings(work, year)
        return [
            {
                "bureau": one.bureau,
                "state": one.state,
                "version": one.taking.version if one.taking else None,
                "since": one.since,
            }
            for one in found.rows.found
        ]

    found = in_work(home, bureau, who, act)
    lines = [[*one.values()] for one in found]
    show({"takings": found}, as_json, lambda: rows(["区县", "情况", "版本", "自"], lines))


def add_to(app: typer.Typer) -> None:
    """Put these commands under the noun."""
    app.command("key-list")(key_list)
    app.command("key-list-takings")(key_list_takings_)
