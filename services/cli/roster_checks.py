"""`shuangsui roster`, step by step: check a file, say what columns mean, take it or drop it."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.files import BadFile
from services.cli.output import Json, guarded, language, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.home import write_whole
from services.sheets import LIMITS
from services.usecases.import_check import check_file, choose_columns, drop_check, get_check
from services.usecases.import_columns import remembered, set_heading
from services.usecases.import_files import read_if_there, refused_path
from services.usecases.import_judge import ACTIONS
from services.usecases.import_take import take_check
from services.work import Work
from tenants.import_rows import ImportCheck, RosterKind

Id = Annotated[UUID, typer.Argument(help="检查编号 · id of the check", metavar="ID")]
Kind = Annotated[str, typer.Argument(help="sites 或 officers", metavar="KIND")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="标题=字段；字段留空为不导入，可多次 · heading=field, empty: not imported"),
]
Refused = Annotated[Path | None, typer.Option(help="把不合格的行写到此 xlsx · write refused rows here")]
SHOWN = 20


@guarded
def check(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="xlsx 或 csv 文件", metavar="FILE")],
    bureau: Bureau,
    who: As,
    column: Columns = None,
    refused: Refused = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """检查名录文件，不改动名录 · check a file, the roster is not touched.

    例 / example: shuangsui roster check sites 名录.xlsx -b 411721 --as demo-411721-keeper
    """
    chosen, which, data = _columns(column), _kind(kind), _read(file)

    async def act(work: Work) -> tuple[ImportCheck, bytes | None]:
        row = await check_file(work, which, data, file.name, columns=chosen, inline=True)
        return row, _refused(work, row)

    row, back = in_work(home, bureau, who, act)
    if refused is not None and back is not None:
        write_whole(refused, back)
    show(_face(row), as_json, lambda: _told(row))


@guarded
def columns(
    id: Id,
    bureau: Bureau,
    who: As,
    column: Columns = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """说明各列的含义并重新检查；不带 --column 只查看 · say what headings mean and check again.

    例 / example: shuangsui roster columns ID --column 排污企业=name -b 411721 --as demo-411721-keeper
    """
    chosen = _columns(column)

    async def act(work: Work) -> ImportCheck:
        if chosen:
            return await choose_columns(work, id, chosen, inline=True)
        return await get_check(work, id)

    row = in_work(home, bureau, who, act)
    show(_face(row), as_json, lambda: _told(row))


@guarded
def take(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """导入检查过的文件中合格的行 · take the valid rows of a checked file.

    例 / example: shuangsui roster take ID -b 411721 --as demo-411721-keeper
    """
    found = in_work(home, bureau, who, lambda work: take_check(work, id, inline=True))
    show(_face(found.check), as_json)


@guarded
def drop(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """不导入检查过的文件 · take nothing of a checked file.

    例 / example: shuangsui roster drop ID -b 411721 --as demo-411721-keeper
    """
    show(_face(in_work(home, bureau, who, lambda work: drop_check(work, id))), as_json)


@guarded
def headings(
    kind: Kind,
    bureau: Bureau,
    who: As,
    forget: Annotated[str, typer.Option(help="忘记此标题 · forget this heading")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """本单位记住的标题 · headings remembered for the bureau.

    例 / example: shuangsui roster headings sites --forget 排污企业 -b 411721 --as demo-411721-keeper
    """
    which = _kind(kind)

    async def act(work: Work) -> list[tuple[str, str]]:
        if forget:
            await set_heading(work, which, forget, None)
        return [(one.heading, one.field) for one in (await remembered(work, which)).headings]

    found = in_work(home, bureau, who, act)
    show({"headings": dict(found)}, as_json, lambda: rows(["标题", "字段"], [[*one] for one in found]))


def add_to(app: typer.Typer) -> None:
    """Put these commands under the noun."""
    for one in (check, columns, take, drop, headings):
        app.command(one.__name__)(one)


def _face(row: ImportCheck) -> dict[str, Any]:
    told, report = row.summary or {}, (row.summary or {}).get("report", {})
    counts = {name: told[name] for name in ("added", "changed", "unchanged") if name in told}
    columns = {one["said"]: one["field"] for one in row.columns or () if one["why"] != "template"}
    open_ = [one["said"] for one in row.columns or () if one["why"] in ("suggested", "open")]
    face = {"id": str(row.id), "state": row.state, "file": row.file_name, **report, **counts}
    return face | {"columns": columns, "open": open_, "batch": str(row.batch) if row.batch else None}


def _told(row: ImportCheck) -> None:
    face = _face(row)
    rows(["项目", "值"], [[name, str(value)] for name, value in face.items()])
    lang = language()
    faults = [
        [f"{e['sheet']} {e['cell']}", e["words"][lang]["title"], e["got"], e["words"][lang]["remedy"]]
        for e in (row.summary or {}).get("errors", [])[:SHOWN]
    ]
    if faults:
        rows(["位置", "问题", "实际", "处理"], faults, title="错误")


def _refused(work: Work, row: ImportCheck) -> bytes | None:
    return read_if_there(refused_path(work.app.home, row.bureau, row.kind, str(row.id)))


def _columns(given: list[str] | None) -> dict[str, str]:
    pairs = [one.partition("=") for one in given or ()]
    if bad := [heading for heading, sign, _ in pairs if not (heading and sign)]:
        raise typer.BadParameter(f"--column 写作 标题=字段 / heading=field: {bad[0]}")
    return {heading.strip(): field.strip() for heading, _, field in pairs}


def _kind(text: str) -> RosterKind:
    found = next((kind for kind in ACTIONS if kind == text), None)
    if found is None:
        raise typer.BadParameter("sites / officers")
    return found


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMITS.file_bytes + 1)
    except OSError as error:
        raise BadFile(str(error)[:120], need=path.name) from None
