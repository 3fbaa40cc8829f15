"""What a role sees of a record where it sees less than the others; the sets stand in the matrix, by name.

Basis: our own reading of 严格保密 (lists are work secrets until the visit): who needs counts gets counts.
"""

from collections.abc import Mapping
from types import MappingProxyType

from policies.errors import Language

FIELDS: dict[str, dict[Language, str]] = {
    "numbers": {"zh": "数量", "en": "counts"},
    "fingerprint": {"zh": "指纹和公开日志", "en": "fingerprints and log entries"},
    "rules": {"zh": "规则和规模", "en": "rules and sizes"},
    "filings": {"zh": "备案和回执", "en": "filings and receipts"},
    "days": {"zh": "按日安排", "en": "days of visits"},
    "progress": {"zh": "检查进度", "en": "progress of the visits"},
    "hands": {"zh": "经办人姓名", "en": "names of those who acted"},
    "names": {"zh": "抽中单位名称", "en": "names of drawn sites"},
    "place": {"zh": "地点和日期", "en": "place and day"},
    "team": {"zh": "检查组", "en": "the team"},
    "record": {"zh": "检查记录全文", "en": "the whole record"},
    "part": {"zh": "本部门承担的部分", "en": "the own part of a joint task"},
}


def parse_less(text: str, roles: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """role → what it sees, of "filing_recipient: numbers; witness: numbers rules".

    Args:
        roles: those the row grants anything.

    Raises:
        ValueError: an unknown field, or a role the row does not name: a slip in the matrix.
    """
    found: dict[str, frozenset[str]] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        role, mark, rest = part.partition(":")
        seen = frozenset(rest.split())
        if not mark or role not in roles or not seen or not seen <= set(FIELDS):
            raise ValueError(part)
        found[role] = seen
    return MappingProxyType(found)
