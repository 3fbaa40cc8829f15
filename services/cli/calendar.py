"""`shuangsui calendar`: the State Council's notice entered, the bureau's own closed days."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from services.cli.files import BadFile, read_json
from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.close_days import close_days
from services.usecases.enter_notice import enter_notice, kept_notices

app = typer.Typer(no_args_is_help=True)


@app.command()
@guarded
def enter(
    bureau: Bureau,
    file: Annotated[Path, typer.Argument(help="JSON：year、text、holidays、workdays", metavar="FILE")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记一年的放假通知，重算全部单位的期限 · enter a year's notice and recompute every clock.

    例 / example: shuangsui calendar enter -b 411700 2027.json --as demo-411700-admin
    """
    given = read_json(file, "year", "text", "holidays", "workdays")
    year, text = given["year"], given["text"]
    if type(year) is not int or not isinstance(text, str):
        raise BadFile(file.name, need="year: 整数；text: 文号")
    off, worked = _days(given["holidays"]), _days(given["workdays"])
    found = in_work(home, bureau, who, lambda work: enter_notice(work, year, text, off, worked))
    show(found.as_dict(), as_json)


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出已登记的放假通知 · notices entered so far.

    例 / example: shuangsui calendar list -b 411700 --as demo-411700-admin
    """
    found = in_work(home, bureau, who, kept_notices)
    lines = [{"year": n.year, "version": n.version, "text": n.text, "days": len(n.holidays)} for n in found]
    show({"notices": lines}, as_json)


@app.command()
@guarded
def close(
    bureau: Bureau,
    first: Annotated[str, typer.Argument(help="起，如 2026-06-03")],
    last: Annotated[str, typer.Argument(help="止")],
    why: Annotated[str, typer.Option(help="原因 · reason")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记本单位停办日 · close the bureau on some days.

    例 / example: shuangsui calendar close -b 411721 2026-06-03 2026-06-04 --why 搬迁 --as demo-411721-admin
    """
    (start,), (end,) = _days([first]), _days([last])
    closure, changes = in_work(home, bureau, who, lambda work: close_days(work, start, end, why))
    show({"id": str(closure.id), "changes": [c.as_dict() for c in changes]}, as_json)


def _days(given: object) -> list[date]:
    words = given if isinstance(given, list) else [given]
    try:
        return [date.fromisoformat(str(day)) for day in words]
    except ValueError:
        raise BadFile(str(given)[:60], need="日期列表，如 2027-01-01") from None
