"""Chinese for the codes that tables show, as on the pages; English readers keep the code."""

from collections.abc import Mapping

from services.cli.output import language

TASK_STATES: Mapping[str, str] = {
    "drawn": "待派发",
    "dispatched": "已派发",
    "arrived": "已到场",
    "recorded": "已记录",
    "reviewed": "已审核",
    "published": "已公开",
    "cancelled": "已取消",
}
VISIT_STATES: Mapping[str, str] = {"recorded": "待审核", "returned": "已退回", "accepted": "已通过"}
DRAW_STATES: Mapping[str, str] = {
    "prepared": "准备中",
    "frozen": "已冻结",
    "drawn": "已抽取",
    "opened": "已公开",
    "void": "已作废",
}
DRAW_KINDS: Mapping[str, str] = {
    "routine": "日常抽查",
    "overlay": "稽查抽查（市级叠加）",
    "audit": "稽查复核",
}


def word(table: Mapping[str, str], code: str) -> str:
    """The word for a code in the reader's language; an unknown code stands for itself."""
    return code if language() == "en" else table.get(code, code)
