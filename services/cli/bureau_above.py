"""`shuangsui bureau`: districts side by side for their superior, and who of the superiors read what."""

from typing import Annotated, Any

import typer

from services.cli.output import Json, emit, guarded, rows, say, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.superior_reads import read_superior_reads
from services.views.comparison import comparison

COLUMNS = ["单位", "抽取", "应抽", "实抽", "已检查", "逾期未查", "逾期未报", "已公开", "发现问题", "作废"]
SHOWN = ("name", "draws", "required", "drawn", "done", "late", "overdue", "published", "faults", "voids")


@guarded
def compare(
    bureau: Bureau,
    who: As,
    period: Annotated[str, typer.Option(help="季度，如 2026Q1 · quarter")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """下级各单位对比，只有数字；数据库不可用的单位列为暂缺 · districts side by side, in numbers.

    例 / example: shuangsui bureau compare -b 411700 --as demo-411700-auditor --period 2026Q1
    """
    data = in_work(home, bureau, who, lambda work: comparison(work, period))
    whole = data.as_dict()
    for one in data.absent:
        say(f"{data.here.names.get(one.code, one.code)}：{one.words()}")
    lines = [[row[name] for name in SHOWN] for row in whole["rows"]]
    title = f"{data.period}" + ("（合计不含暂缺单位）" if data.absent else "")
    total = ["合计", *(data.totals[name] for name in SHOWN[1:])]
    show(whole, as_json, lambda: rows(COLUMNS, [*lines, total], title))


@guarded
def readers(
    bureau: Bureau,
    who: As,
    reader: Annotated[str, typer.Option(help="只看这个上级 · only this superior")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="最多条数 · most entries")] = 50,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """上级查看本单位未公开内容的记录（查看留痕） · reads by superiors; the look is journalled.

    例 / example: shuangsui bureau readers -b 411721 --as demo-411721-head
    """
    found = in_work(home, bureau, who, lambda work: read_superior_reads(work, reader=reader, limit=limit))
    kept: list[dict[str, Any]] = [
        {
            "n": one.n,
            "at": one.at,
            "reader": (one.after or {})["reader"],
            "who": one.actor_name or one.actor,
            "action": one.action,
            "target": one.target,
            "why": one.why,
        }
        for one in found.rows
    ]
    if as_json:
        emit({"total": found.total, "rows": kept})
        return
    rows(["序号", "时间", "上级", "人员", "操作", "对象", "理由"], [[*one.values()] for one in kept])


def add_to(app: typer.Typer) -> None:
    """Put these commands under the noun."""
    app.command("compare")(compare)
    app.command("readers")(readers)
