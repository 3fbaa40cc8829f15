"""Rules of one visit record: who, where, when, what was found. Pure.

Basis: 行政处罚法 第42条 (certified officers, `record.officers`) [confirmed]; 西环〔2024〕3号 二（二）.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import cos, hypot, radians
from typing import Any

import rfc8785

from policies.rulebook.rules import Value
from policies.visiting.checklist import Answers
from policies.visiting.visit_errors import RecordRefused, TooFewOfficers

METRES_PER_DEGREE = 111_320.0
FENCE_METRES = 500.0
COARSE_METRES = 200.0  # a coarser position proves nothing

RESULTS: dict[str, tuple[str, str]] = {
    "none_found": ("未发现问题", "No problem found"),
    "corrected": ("发现问题经责令已改正", "Problem found, corrected on order"),
    "pending": ("发现问题待后续处理", "Problem found, to be dealt with"),
    "not_operating": ("未发现开展本次抽查涉及的经营活动", "The matter is not carried on here"),
    "unreachable": ("通过登记的住所无法联系", "Not reachable at the registered place"),
    "closed": ("已关闭停业或正在组织清算", "Closed or being wound up"),
    "refused": ("不配合检查情节严重", "Refused to cooperate, serious"),
    "deregistered": ("注销", "Deregistered"),
    "revoked": ("被吊销", "Licence revoked"),
    "withdrawn": ("被撤销", "Registration withdrawn"),
    "moved": ("迁出", "Moved away"),
}


@dataclass(frozen=True, slots=True)
class Present:
    """An officer who confirmed arrival. `valid_until` is the last day of the certificate."""

    certificate: str
    valid_until: date
    lead: bool


@dataclass(frozen=True, slots=True)
class Fix:
    """A position: decimal degrees, accuracy in metres, time of the device."""

    lon: float
    lat: float
    accuracy: float
    at: datetime


def team_present(present: Sequence[Present], drawn: Sequence[str], day: date, rule: Value) -> None:
    """Refuse a record unless enough officers of the drawn team with valid certificates are there.

    Args:
        rule: the value of `record.officers`: how many, and where that stands.

    Raises:
        TooFewOfficers: fewer distinct valid members of the team.

    Basis: the rule's own, 行政处罚法 第42条 unless a bureau asks for more.
    """
    valid = {p.certificate for p in present if p.certificate in drawn and p.valid_until >= day}
    if len(valid) < rule.value:
        raise TooFewOfficers(f"{len(valid)}", basis=rule.basis.cite(), least=rule.value)


def metres_from(fix: Fix, lon: float, lat: float) -> float:
    """Distance in metres between a position and a site; flat-earth, good to 1 % within a county."""
    east = (fix.lon - lon) * cos(radians(lat))
    return hypot(east, fix.lat - lat) * METRES_PER_DEGREE


def inside_fence(fix: Fix, lon: float, lat: float) -> bool:
    """True when the position, less its own accuracy, lies within the fence of the site."""
    return fix.accuracy <= COARSE_METRES and metres_from(fix, lon, lat) - fix.accuracy <= FENCE_METRES


def check_result(code: str, answers: Answers, narrative: str) -> None:
    """The result must agree with the answers, and say in words what was seen.

    Raises:
        RecordRefused: unknown code, a code that contradicts the checklist, no narrative.
    """
    if code not in RESULTS:
        raise RecordRefused(code, need=f"结果代码为其中之一：{'、'.join(RESULTS)}")
    if (code in ("corrected", "pending")) != bool(answers.faults):
        need = "发现问题的结果须有问题项；有问题项的结果不能是其他代码"
        raise RecordRefused(f"{code}，问题项 {len(answers.faults)} 个", need=need)
    if not narrative.strip():
        raise RecordRefused("空", need="现场情况须用文字写明")


def check_span(started: datetime, ended: datetime, now: datetime) -> None:
    """A visit starts before it ends and has ended when it is recorded.

    Raises:
        RecordRefused: any other order of the three times.
    """
    if not started < ended <= now:
        got = f"{started:%Y-%m-%d %H:%M}—{ended:%H:%M}"
        raise RecordRefused(got, need="到达早于离开，离开不晚于提交")


def check_place(fix: Fix | None, lon: float, lat: float, reason: str) -> tuple[int | None, bool]:
    """Distance in whole metres and whether it lies in the fence; away from the site needs a reason.

    Args:
        fix: position of the device, None when it gave none.
        lon, lat: the site in the datum of the device.
        reason: why there is no position, or why it lies outside the fence.

    Raises:
        RecordRefused: no position or one outside the fence, and no reason.
    """
    near = fix is not None and inside_fence(fix, lon, lat)
    metres = round(metres_from(fix, lon, lat)) if fix is not None else None
    if not near and not reason.strip():
        need = f"定位在污染源 {FENCE_METRES:.0f} 米以内，否则写明原因"
        raise RecordRefused("没有定位" if metres is None else f"相距 {metres} 米", need=need)
    return metres, near


def seal_hash(record: Mapping[str, Any]) -> str:
    """Hex SHA-256 over the canonical JSON (RFC 8785) of a record; what the archive and the notice cite."""
    return sha256(rfc8785.dumps(dict(record))).hexdigest()
