"""`shuangsui glass`: break-glass requests about a bureau's data. Looking itself is done in the browser."""

from typing import Annotated, Any
from uuid import UUID

import typer

from policies.access_glass import LONGEST, Glass
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.approve_glass import approve_glass
from services.usecases.ask_glass import ask_glass
from services.usecases.end_glass import end_glass
from services.usecases.show_glass import GlassBoard, glass_board, glass_reads

app = typer.Typer(no_args_is_help=True)
Id = Annotated[UUID, typer.Argument(help="申请编号 · id of the request", metavar="ID")]


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出对本单位的申请和本人的申请 · requests about a bureau, and one's own.

    例 / example: shuangsui glass list -b 411721 --as demo-411721-head
    """
    found = in_work(home, bureau, who, glass_board)
    both = {one.id: one for one in (*found.about, *found.mine)}.values()
    columns = ["编号 id", "单位", "申请人", "理由", "分钟", "状态"]
    lines = [[g.id, g.bureau, g.asker_name, g.reason, g.minutes, found.state(g)] for g in both]
    show({"requests": [_row(g, found) for g in both]}, as_json, lambda: rows(columns, lines, title=bureau))


@app.command()
@guarded
def ask(
    bureau: Bureau,
    of: Annotated[str, typer.Option(help="被查看的单位：本单位或下级 · bureau to look at")],
    reason: Annotated[str, typer.Option(help="理由 · why")],
    purpose: Annotated[str, typer.Option(help="查看内容和用途 · what, and what for")],
    who: As,
    minutes: Annotated[int, typer.Option(help="分钟，自批准时起 · minutes", max=LONGEST, min=1)] = 30,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """申请应急查看 · ask to look at a bureau's data.

    例 / example: shuangsui glass ask -b 411700 --of 411721 --reason 名录导入后数量不符
    --purpose 核对名录数量和导入记录 --as demo-411700-system
    """
    made = in_work(home, bureau, who, lambda work: ask_glass(work, of, reason, purpose, minutes))
    show(_row(made), as_json)


@app.command()
@guarded
def approve(
    bureau: Bureau,
    id: Id,
    request: Annotated[str, typer.Option(help="申请全文，即 list --json 的 said · the request in one line")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """批准查看本单位，自现在起计时 · approve; the time runs from now.

    例 / example: shuangsui glass approve -b 411721 7c1e5a52-… --request "…" --as demo-411721-head
    """
    show(_row(in_work(home, bureau, who, lambda work: approve_glass(work, id, request))), as_json)


@app.command()
@guarded
def end(bureau: Bureau, id: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """结束、不批准或撤回，下一次查看即被拒绝 · end, decline or withdraw.

    例 / example: shuangsui glass end -b 411721 7c1e5a52-… --as demo-411721-head
    """
    show(_row(in_work(home, bureau, who, lambda work: end_glass(work, id))), as_json)


@app.command()
@guarded
def reads(bureau: Bureau, id: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出查看了什么，取自本单位的操作日志 · what was read, from the bureau's journal.

    例 / example: shuangsui glass reads -b 411721 7c1e5a52-… --as demo-411721-head
    """
    found = in_work(home, bureau, who, lambda work: glass_reads(work, id, limit=1000))
    told = {"request": _row(found.request), "reads": [{n: getattr(e, n) for n in _READ} for e in found.rows]}
    lines = [[getattr(e, n) for n in _READ] for e in found.rows]
    show(told, as_json, lambda: rows(["序号", "时间", "权限", "页面或接口"], lines, title=str(id)))


_READ = ("n", "at", "action", "target")


def _row(one: Glass, board: GlassBoard | None = None) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in Glass.__dataclass_fields__} | {"said": one.said}
    return told | ({"state": one.state(board.now)} if board else {})
