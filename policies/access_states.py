"""States of the records that acts start from, in words; which act starts from which stands in the matrix."""

from policies import audits, waivers
from policies.errors import Language
from policies.visiting import requests

# record → state → words, in the order a record goes through them
STATES: dict[str, dict[str, dict[Language, str]]] = {
    "draw": {
        "prepared": {"zh": "准备中", "en": "prepared"},
        "frozen": {"zh": "已冻结", "en": "frozen"},
        "drawn": {"zh": "已抽取", "en": "drawn"},
        "opened": {"zh": "已公开", "en": "opened"},
        "void": {"zh": "已作废", "en": "void"},
    },
    "plan": {
        "draft": {"zh": "草案", "en": "draft"},
        "approved": {"zh": "已批准", "en": "approved"},
    },
    "proposal": {
        "proposed": {"zh": "待批准", "en": "proposed"},
        "approved": {"zh": "已批准", "en": "approved"},
        "withdrawn": {"zh": "已撤回", "en": "withdrawn"},
    },
    "visit": {
        "recorded": {"zh": "待审核", "en": "recorded"},
        "accepted": {"zh": "已通过", "en": "accepted"},
        "returned": {"zh": "已退回", "en": "returned"},
    },
    "request": requests.STATES,
    "waiver": waivers.STATES,
    "audit": audits.STATES,
    "audit_finding": audits.FINDING_STATES,
}
RECORDS: dict[str, dict[Language, str]] = {
    "draw": {"zh": "抽取", "en": "draw"},
    "plan": {"zh": "年度计划", "en": "plan"},
    "proposal": {"zh": "提议", "en": "proposal"},
    "visit": {"zh": "检查记录", "en": "visit"},
    "request": {"zh": "检查申请", "en": "request for a visit"},
    "waiver": {"zh": "豁免", "en": "waiver"},
    "audit": {"zh": "稽查", "en": "audit"},
    "audit_finding": {"zh": "稽查发现", "en": "finding of an audit"},
}


def parse_guard(text: str) -> tuple[str, tuple[str, ...]]:
    """("draw", ("frozen", "drawn")) of "draw: frozen drawn"; ("", ()) of an act of any state.

    Raises:
        ValueError: a record or state that is not in the table: a slip in the matrix.
    """
    if not text:
        return "", ()
    record, mark, rest = text.partition(":")
    states = tuple(rest.split())
    if not mark or not states or record not in STATES or not set(states) <= set(STATES[record]):
        raise ValueError(text)
    return record, states


def state_words(record: str, states: tuple[str, ...]) -> str:
    """The states for people and programs alike: 已抽取 drawn / 已公开 opened."""
    return " / ".join(f"{STATES[record][one]['zh']} {one}" for one in states)
