"""`shuangsui draw difference`, `take-in`, `platform` and `alarms`: rosters compared, the platform's lists."""

from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.files import BadFile
from services.cli.output import EXIT, Json, emit, guarded, language, rows, say, show
from services.cli.session import As, Bureau, HomeOption, Of, in_work
from services.drawing.external_errors import PlatformListRefused
from services.drawing.platform_lists import PlatformFile
from services.fanout import Spanned
from services.sheets import LIMITS
from services.usecases.compare_platform import Compared, compare_platform
from services.usecases.import_external_draw import ExternalDraw, TakenOver, import_external_draw
from services.usecases.show_difference import ShownDifference, read_difference, show_difference
from services.views.alarms import alarms_of
from services.work import Work
from tenants.external_rows import PlatformList

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]
Batch = Annotated[str, typer.Option(help="省级平台批次号 · batch number of the platform")]
SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Add these commands to the sub-app."""
    app.command("difference")(difference)
    app.command("take-in")(take_in)
    app.command("platform")(platform)
    app.command("alarms")(alarms)


@guarded
def difference(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    of: Of = "",
    read: Annotated[bool, typer.Option("--read", help="只看已显示的 · read what was shown")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """名录与上次抽取的差异；见证人和上级用 --of 查看 · what changed in the roster since the draw before.

    例 / example: shuangsui draw difference 2 -b 411721 --as demo-411721-drawer
    """

    async def act(work: Work) -> ShownDifference | None:
        if read or of:
            return await read_difference(work, draw_no, bureau)
        return await show_difference(work, draw_no)

    found = in_work(home, of or bureau, who, act)
    show(found.as_dict() if found else {"draw_no": draw_no, "fingerprint": None}, as_json)


@guarded
def take_in(
    file: Annotated[Path, typer.Argument(help="平台名单，xlsx 或 csv · the platform's list", metavar="FILE")],
    bureau: Bureau,
    who: As,
    period: Annotated[str, typer.Option(help="周期 · e.g. 2026Q1")],
    batch: Batch,
    subject: Annotated[str, typer.Option(help="名录所属单位 · whose roster")] = "",
    kind: Annotated[str, typer.Option(help="routine、overlay 或 audit")] = "routine",
    item: Annotated[str, typer.Option(help="抽查事项 · item")] = "routine-source",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """导入省级平台的抽取（不可验证），整份合格才导入 · take over a draw of the platform, whole or not at all.

    例 / example: shuangsui draw take-in 平台名单.xlsx -b 411721 --as demo-411721-drawer --period 2026Q1
    --batch HN2026Q1-0007
    """
    order = ExternalDraw(subject or bureau, period, _file(file, batch), item, kind)

    async def act(work: Work) -> TakenOver:
        return await import_external_draw(work, order)

    try:
        made = in_work(home, bureau, who, act)
    except PlatformListRefused as problem:
        raise _refused(problem, as_json) from None
    facts = {name: getattr(made, name) for name in ("draw_no", "batch", "drawn", "officers", "strata")}
    shown = facts | {"verifiable": "不可验证" if not as_json else False, "warnings": list(made.warnings)}
    show(shown, as_json)


@guarded
def platform(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    batch: Batch,
    file: Annotated[
        Path | None, typer.Argument(help="平台名单，可不给 · the list, may be left out", metavar="FILE")
    ] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记平台批次号，与平台名单比对；不一致向上级报警 · record the platform's batch, compare its list.

    例 / example: shuangsui draw platform 1 -b 411721 --as demo-411721-dispatcher --batch HN2026Q1-0007
    """
    given = _file(file, batch) if file else PlatformFile(batch, b"")

    async def act(work: Work) -> Compared:
        return await compare_platform(work, draw_no, given)

    try:
        show(in_work(home, bureau, who, act).as_dict(), as_json)
    except PlatformListRefused as problem:
        raise _refused(problem, as_json) from None


@guarded
def alarms(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """平台名单与抽取不一致的报警，含下级，只有数字 · lists that differ, in numbers.

    例 / example: shuangsui draw alarms -b 411700 --as demo-411700-auditor
    """

    async def act(work: Work) -> Spanned[PlatformList]:
        work.require("draw.read")
        return await alarms_of(work)

    names = ("bureau", "draw_no", "batch", "missing", "extra", "teams")
    asked = in_work(home, bureau, who, act)
    found = [{name: getattr(one, name) for name in names} for one in asked.found]
    for lost in asked.absent:
        say(f"{lost.code} {lost.words(language())}")
    lines = [[one[name] for name in names] for one in found]
    show(found, as_json, lambda: rows(["单位", "编号", "批次", "缺少", "多出", "检查组不同"], lines))


def _file(path: Path, batch: str) -> PlatformFile:
    try:
        with path.open("rb") as file:
            return PlatformFile(batch, file.read(LIMITS.file_bytes + 1), path.name)
    except OSError as error:
        raise BadFile(str(error)[:120], need=path.name) from None


def _refused(problem: PlatformListRefused, as_json: bool) -> typer.Exit:
    """Every faulty row is told before the command ends."""
    report: dict[str, Any] = problem.check.as_dict(language()) if problem.check else {}
    if as_json:
        emit({"error": problem.as_dict(language()), **report})
    else:
        say(problem.line(language()))
        lines = [[e["where"], e["title"], e["got"], e["remedy"]] for e in report.get("errors", [])[:SHOWN]]
        if lines:
            rows(["位置", "问题", "实际", "处理"], lines)
    return typer.Exit(EXIT[problem.kind])
