"""Who approves where a bureau has entered its leading group: approvals follow the organisation.

Basis: 昆区分局方案 八、1 (leading group and office); 西环〔2024〕3号 三（一） (divided duties).
No text says how a system ties a duty to a login: that a named leader approves is this product's reading.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LEADING = "leading_group"
LEADER = "组长"  # 组长, 副组长, 常务副组长: all end with it


@dataclass(frozen=True, slots=True)
class Held:
    """A duty held today: unit, its name, who, and the login tied to it ("" = none)."""

    unit: str
    duty: str
    name: str
    person: str


def approvers(held: Iterable[Held]) -> tuple[Held, ...]:
    """Leaders of the leading group that are tied to a login; empty = the role alone decides."""
    return tuple(one for one in held if one.unit == LEADING and one.duty.endswith(LEADER) and one.person)


def may_approve(subject: str, held: Iterable[Held]) -> bool:
    """True when the login is one of the leaders, or when the bureau has tied no leader to a login."""
    leaders = approvers(held)
    return not leaders or subject in {one.person for one in leaders}
