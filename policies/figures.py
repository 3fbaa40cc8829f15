"""What the figures of the district comparison mean, one row a figure: words, how it is counted, its rule.

The words are ours; `rule` names the key of the law tree whose clause the figure is held against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from policies.errors import Language

Sense = Literal["good", "bad", "none"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the comparison.

    Attributes:
        name, counted: what it is called, and how it is counted.
        rule: key of the law tree it is held against; "" where no text of ours speaks of it.
        sense: whether more of it is good, bad, or neither.
        of: for a share, the figures it divides; () for a number.
    """

    name: dict[Language, str]
    counted: dict[Language, str]
    rule: str = ""
    sense: Sense = "none"
    of: tuple[str, ...] = ()


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "draws": Figure(
            {"zh": "抽取次数", "en": "draws"},
            {"zh": "本季度已冻结且未作废的抽取", "en": "draws of the quarter that are frozen and not void"},
            "draw.every",
        ),
        "required": Figure(
            {"zh": "应抽", "en": "required"},
            {
                "zh": "冻结清单中各类别最低应抽数之和",
                "en": "sum of the least numbers in the frozen manifests",
            },
            "rate.key",
        ),
        "drawn": Figure(
            {"zh": "实抽", "en": "drawn"},
            {"zh": "冻结清单中各类别实际抽取数之和", "en": "sum of the numbers really drawn"},
            "rate.key",
        ),
        "done": Figure(
            {"zh": "已检查", "en": "done"},
            {"zh": "已有检查记录的抽中任务", "en": "drawn visits with a sealed record"},
            "inspect.objects",
            "good",
        ),
        "late": Figure(
            {"zh": "逾期未查", "en": "late"},
            {"zh": "派发的检查日已过、尚无记录的任务", "en": "visits whose day has passed without a record"},
            "",
            "bad",
        ),
        "overdue": Figure(
            {"zh": "逾期未报", "en": "overdue"},
            {"zh": "上报期限已过、尚未上报的记录", "en": "records past the last day of upload"},
            "days.upload",
            "bad",
        ),
        "unpublished": Figure(
            {"zh": "逾期未公开", "en": "unpublished"},
            {
                "zh": "公开期限已过、结果尚未公示的记录",
                "en": "records past the last day of publication whose result is not public",
            },
            "days.publish",
            "bad",
        ),
        "published": Figure(
            {"zh": "已公开", "en": "published"},
            {"zh": "结果已公示的抽中任务", "en": "drawn visits whose result is public"},
            "days.publish",
            "good",
        ),
        "faults": Figure(
            {"zh": "发现问题", "en": "problems found"},
            {
                "zh": "结果为“已改正”或“待后续处理”的检查记录",
                "en": "records with a problem, corrected or pending",
            },
            "violation.correct",
        ),
        "voids": Figure(
            {"zh": "作废", "en": "voids"},
            {"zh": "本季度作废的抽取", "en": "draws of the quarter that are void"},
            "draw.fixed",
            "bad",
        ),
        "changes": Figure(
            {"zh": "名录变动", "en": "roster changes"},
            {"zh": "本季度污染源名录新增或修改的行数", "en": "rows of the roster entered or changed"},
            "officers.update",
        ),
        "over_caps": Figure(
            {"zh": "超上限", "en": "over the cap"},
            {
                "zh": "本年度计入上限的检查次数超过上限的单位数；没有上限规则的单位不计",
                "en": "sites with more counted visits in the year than the cap in force",
            },
            "cap.visits",
            "bad",
        ),
        "alone": Figure(
            {"zh": "人数不足", "en": "too few officers"},
            {
                "zh": "参加人员少于国家规定人数的检查记录",
                "en": "records of fewer officers than the law asks for",
            },
            "record.officers",
            "bad",
        ),
        "visits": Figure(
            {"zh": "全部检查", "en": "all visits"},
            {"zh": "本季度各类检查记录（退回的不计）", "en": "records of the quarter of every type"},
            "inspect.main_way",
        ),
        "random": Figure(
            {"zh": "随机检查", "en": "random visits"},
            {"zh": "其中由抽取产生的检查", "en": "those of them that a draw chose"},
            "inspect.main_way",
            "good",
        ),
        "done_share": Figure(
            {"zh": "完成率", "en": "share done"},
            {"zh": "已检查 ÷ 实抽", "en": "done ÷ drawn"},
            "inspect.objects",
            "good",
            ("done", "drawn"),
        ),
        "published_share": Figure(
            {"zh": "公开率", "en": "share published"},
            {"zh": "已公开 ÷ 实抽", "en": "published ÷ drawn"},
            "publish.share",
            "good",
            ("published", "drawn"),
        ),
        "random_share": Figure(
            {"zh": "随机占比", "en": "share of random visits"},
            {"zh": "随机检查 ÷ 全部检查", "en": "random visits ÷ all visits"},
            "inspect.main_way",
            "good",
            ("random", "visits"),
        ),
    }
)
DUTY = "audit.duty"  # the clause an audit rests on, shown beside it
SHARES = tuple(name for name, one in FIGURES.items() if one.of)
NUMBERS = tuple(name for name, one in FIGURES.items() if not one.of)
# how the table runs from left to right
COLUMNS = (
    "draws", "required", "drawn", "done", "done_share", "late", "overdue", "published", "published_share",
    "faults", "voids", "changes", "over_caps", "random_share",
)  # fmt: skip
# what a supervisor looks at first: what was done outside the draw, and what went wrong
OVERSIGHT = (
    "visits", "random_share", "over_caps", "alone", "late", "overdue", "unpublished", "voids", "changes",
)  # fmt: skip
