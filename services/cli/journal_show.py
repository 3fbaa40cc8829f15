"""`shuangsui journal show`: a bureau's journal as a person reads it; the look is journalled."""

from datetime import datetime
from typing import Annotated, Any

import typer

from policies.access import ACTIONS
from policies.errors import Missing
from policies.journal_levels import LEVELS
from policies.journal_words import JOURNAL_LABELS
from services.cli.output import Json, guarded, rows, say, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.clock import CHINA
from services.reading import from_above, note_read
from services.usecases.read_journal import JournalPage, as_rows, chosen, read_journal
from services.work import Work
from tenants.stores.journal_pages import JournalFilter

DAY = ["%Y-%m-%d"]
COLUMNS = ["序号", "时间", "人员", "操作", "对象", "理由"]


@guarded
def show_(
    bureau: Bureau,
    who: As,
    since: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="自此日起 · from")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="至此日，含 · to")] = None,
    action: Annotated[str, typer.Option(help="操作代码，如 site.import · action")] = "",
    actor: Annotated[str, typer.Option(help="登录标识或姓名 · login or name")] = "",
    target: Annotated[str, typer.Option(help="对象的开头 · how the target begins")] = "",
    level: Annotated[str, typer.Option(help="read 只看查看，write 只看办理 · looks or acts only")] = "",
    below: Annotated[str, typer.Option(help="下级单位代码，上级查看时 · a bureau below")] = "",
    before: Annotated[int, typer.Option(min=0, help="只看此序号之前的 · below this number")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多条数 · most entries")] = 50,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """查看操作日志，新的在前；查看本身也记入日志 · the journal, newest first; the look is journalled.

    例 / example: shuangsui journal show -b 411721 --as demo-411721-head --from 2025-12-01 --action draw.run
    """
    first, last = (one.date() if one else None for one in (since, until))
    if level and level not in LEVELS:
        raise Missing(level[:20], what="性质")
    wanted = chosen(actor, action, target, first, last, level)
    page = in_work(home, bureau, who, lambda work: _read(work, below or bureau, wanted, before, limit))
    told = {"bureau": page.bureau, "entries": as_rows(page.rows), "next": page.next}
    show(told, as_json, lambda: _table(page))


async def _read(work: Work, bureau: str, wanted: JournalFilter, before: int, limit: int) -> JournalPage:
    """The page; a superior's look stands in the journal of the bureau below, as at every other door.

    Raises:
        Missing: nothing was found, and there is no such action.
    """
    page = await read_journal(work, bureau, wanted, before=before or None, limit=limit)
    if not page.rows and wanted.action and wanted.action not in ACTIONS:
        raise Missing(wanted.action[:40], what="操作")
    if from_above(work.principal, "journal.read", bureau):
        await note_read(work, bureau, "journal.read", f"journal/{bureau}")
    return page


def _table(page: JournalPage) -> None:
    lines: list[list[Any]] = [
        [
            one.n,
            one.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            one.actor_name or one.actor,
            JOURNAL_LABELS[one.action]["zh"] if one.action in JOURNAL_LABELS else one.action,
            one.target,
            one.why,
        ]
        for one in page.rows
    ]
    rows(COLUMNS, lines)
    if page.next:
        say(f"更早的：--before {page.next}")


def add_to(app: typer.Typer) -> None:
    """Put the command beside the journal's others."""
    app.command("show")(show_)
