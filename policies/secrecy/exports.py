"""Kinds of copies, and the words every copy carries. The label is a work secret's or lower, never a state's.

The words are our own and say so: no text prescribes a mark for these lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from policies.secrecy.secrecy_errors import NoStateSecret

WORK_SECRET, INTERNAL = "工作秘密", "内部资料"
_STATE = ("国家秘密", "绝密", "机密★", "秘密★", "机密级", "秘密级")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of copy. `label`: unless the bureau has its own word. `ordered`: rows are shuffled."""

    zh: str
    en: str
    label: str
    ordered: bool = True


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "cars": Kind("用车安排", "plan of cars", WORK_SECRET),
        "sheets": Kind("检查任务单", "task sheets", WORK_SECRET),
        "sites": Kind("污染源名录", "roster of sites", INTERNAL),
        "officers": Kind("执法人员名录", "roster of officers", INTERNAL),
        "visits": Kind("检查记录清单", "list of records", INTERNAL),
        "journal": Kind("操作日志", "journal", INTERNAL, ordered=False),
        "audit": Kind("年度稽查工作簿", "yearly audit workbook", INTERNAL, ordered=False),
        "platform": Kind("省平台上报文件", "file for the provincial platform", INTERNAL, ordered=False),
    }
)
OF_VISITS = ("cars", "sheets")


def label_for(kind: str, own: str = "") -> str:
    """The label of a copy: the bureau's own word, else the kind's.

    Raises:
        NoStateSecret: a label of the law on state secrets, which only the bodies it names may give.
    """
    words = "".join(own.split())
    if any(mark in words for mark in _STATE):
        raise NoStateSecret(own)
    return words[:20] or KINDS[kind].label


def mark_lines(
    kind: str, *, bureau: str, bureau_name: str, number: int, reader: str, at: datetime, label: str = ""
) -> tuple[str, str]:
    """The two lines a copy carries where everybody sees them.

    Args:
        bureau: code of the bureau whose list it is. number: of the copy there.
        reader: name of who took it. at: in local time.
        label: the bureau's own word, see `label_for`.
    """
    order = "　行序因人因次而异，可据以追查来源" if KINDS[kind].ordered else ""
    return (
        f"{label_for(kind, label)}　未公开前不得外传（本系统自拟用语，非法定密级标识）",
        f"{bureau_name}　{KINDS[kind].zh}　导出编号 {bureau}-E{number}　领取人 {reader}"
        f"　{at:%Y-%m-%d %H:%M}{order}",
    )
