"""`shuangsui roster`: files of sites and officers in, the template out."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from policies.terms import Period
from services.cli import (
    roster_batch,
    roster_checks,
    roster_evidence,
    roster_key_list,
    roster_merge,
    roster_parts,
    roster_successor,
)
from services.cli.files import BadFile
from services.cli.output import EXIT, Json, console, emit, guarded, language, rows, say, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.home import write_whole
from services.ruling.roster_form import RosterForm, roster_form
from services.sheets import LAYOUTS, LIMITS, write_refused, write_template
from services.usecases.import_roster import Imported, import_officers, import_sites
from services.visiting.visit_errors import RosterRefused
from services.work import Work

app = typer.Typer(no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="xlsx 或 csv 文件", metavar="FILE")]
Strict = Annotated[bool, typer.Option("--strict", help="有一行不合格就全部不导入 · all rows or nothing")]
Refused = Annotated[Path | None, typer.Option(help="把不合格的行写到此 xlsx · write refused rows here")]
SHOWN = 20


@app.command()
@guarded
def sites(
    file: File,
    bureau: Bureau,
    who: As,
    strict: Strict = False,
    key_list: Annotated[Path | None, typer.Option(help="重点名录代码，每行一个 · codes, one a line")] = None,
    refused: Refused = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """导入污染源名录 · import sites.

    例 / example: shuangsui roster sites 名录.xlsx -b 411721 --as demo-411721-keeper --refused 退回.xlsx
    """
    codes = None if key_list is None else frozenset(_read(key_list).decode("utf-8-sig").split())
    data = _read(file)

    async def act(work: Work) -> Imported[Any]:
        return await import_sites(work, data, file.name, strict=strict, key_list=codes)

    _run("sites", partial(in_work, home, bureau, who, act), refused, as_json)


@app.command()
@guarded
def officers(
    file: File,
    bureau: Bureau,
    who: As,
    strict: Strict = False,
    period: Annotated[str, typer.Option(help="下一抽查周期，提示届时到期的证件 · next quarter")] = "",
    refused: Refused = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """导入执法人员名录 · import officers.

    例 / example: shuangsui roster officers 人员.xlsx -b 411721 --as demo-411721-keeper --period 2026Q1
    """
    quarter, data = _period(period), _read(file)

    async def act(work: Work) -> Imported[Any]:
        return await import_officers(work, data, file.name, strict=strict, period=quarter)

    _run("officers", partial(in_work, home, bureau, who, act), refused, as_json)


@app.command()
@guarded
def template(
    kind: Annotated[str, typer.Argument(help="sites 或 officers", metavar="KIND")],
    out: Annotated[Path, typer.Argument(help="写到此文件 · file to write", metavar="FILE")],
    bureau: Annotated[
        str, typer.Option("--bureau", "-b", help="按此单位的规则标出必填列 · bureau code")
    ] = "",
    who: Annotated[str, typer.Option("--as", help="登录标识 · subject", envvar="SHUANGSUI_AS")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """导入模板：填写说明、案例行、参数表；写明单位的，以 * 标出该单位的必填列 · the import template.

    例 / example: shuangsui roster template sites 模板.xlsx --bureau 411721 --as demo-411721-keeper
    """
    if kind not in LAYOUTS:
        raise BadFile(kind, need="、".join(LAYOUTS))
    if bureau and not who:
        raise typer.BadParameter("--bureau 须与 --as 同用 / --bureau needs --as")
    layout, required = LAYOUTS[kind], frozenset[str]()
    if bureau and kind == "sites":
        form = _form(home, bureau, who)
        layout, required = form.layout, form.required
    show({"file": str(write_template(out, layout, required))}, as_json)


def _form(home: Path | None, bureau: str, who: str) -> RosterForm:
    async def act(work: Work) -> RosterForm:
        work.require("site.import")
        return await roster_form(work)

    return in_work(home, bureau, who, act)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMITS.file_bytes + 1)
    except OSError as error:
        raise BadFile(str(error)[:120], need=path.name) from None


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text) if text else None
    except ValueError:
        raise typer.BadParameter("周期写作 2026Q1 / a quarter such as 2026Q1") from None


def _run(kind: str, take: Any, refused: Path | None, as_json: bool) -> None:
    try:
        done: Imported[Any] = take()
    except RosterRefused as problem:
        if refused is not None and problem.check is not None:
            write_whole(refused, write_refused(problem.check, language()))
        report = problem.check.as_dict(language()) if problem.check else {}
        if as_json:
            emit({"error": problem.as_dict(language()), **report})
        else:
            say(problem.line(language()))
            _errors(report.get("errors", []))
        raise typer.Exit(EXIT[problem.kind]) from None
    if refused is not None and done.check.refused:
        write_whole(refused, done.refused_file())
    show(done.as_dict(), as_json, lambda: _table(done))


def _table(done: Imported[Any]) -> None:
    counts, report = done.counts, done.report["report"]
    console().print(
        f"新增 {counts.added}，变更 {counts.changed}，未变 {counts.unchanged}；"
        f"问题行 {report['errors']}，重复行 {report['duplicates']}，提示 {report['warnings']}；"
        f"名录中有、文件中没有的 {done.report['missing']['count']}（保留不动）"
        + ("（同一文件，未作改动）" if done.repeated else "")
    )
    _errors(done.report["errors"])


def _errors(errors: list[dict[str, Any]]) -> None:
    lines = [[e["where"], e["title"], e["got"], e["remedy"]] for e in errors[:SHOWN]]
    if lines:
        more = f"（另有 {len(errors) - SHOWN} 处）" if len(errors) > SHOWN else ""
        rows(["位置", "问题", "实际", "处理"], lines, title=f"错误{more}")


roster_checks.add_to(app)
roster_parts.add_to(app)
roster_batch.add_to(app)
roster_evidence.add_to(app)
roster_merge.add_to(app)
roster_key_list.add_to(app)
roster_successor.add_to(app)
