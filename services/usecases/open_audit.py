"""A superior opens the audit of one quarter of a bureau below: from then on the frame is fixed.

Basis: obligation 31. Both journals hold the fingerprint of the frame before the beacon is born.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from policies.access_errors import Stranger
from policies.rd1.beacon import rule_of
from policies.rd1.moments import utc_text
from policies.terms import Period
from policies.visiting.recheck import commitment_of, digest_of, frame_of, root_of
from services.auditing.errors import AuditChoice, AuditedAlready, AuditSample
from services.auditing.material import key_of, material_of, secret_of
from services.auditing.telling import one_of, tell
from services.reading import placed
from services.work import Work
from tenants.audit_rows import AuditCase
from tenants.records import Visit
from tenants.stores import audits, bureaus, visits

BEACONS = {"spoken": "", "drand": ""}
LEAD = timedelta(minutes=10)  # between fixing the frame and the first moment of the beacon


@dataclass(frozen=True, slots=True)
class AuditOrder:
    """Whose quarter is audited, and how many of its records are re-checked.

    Attributes:
        district: code of a bureau directly below. period: such as 2026Q1.
        size: records to be drawn; 0 = none. beacon: "spoken" digits or a round of "drand".
    """

    district: str
    period: str
    size: int
    beacon: str = "spoken"


async def open_audit(work: Work, order: AuditOrder) -> AuditCase:
    """Fix the frame of a sample and open the case.

    Raises:
        Stranger: not directly below. AuditChoice: no quarter, or no such beacon. AuditSample: the size.
        AuditedAlready: that quarter has its audit.
    """
    work.require("audit.open")
    below = {one.code for one in await bureaus.children(work.control, work.scope.bureau)}
    if order.district not in below or order.district not in work.scope.visible:
        raise Stranger(order.district)
    period = _period(order.period)
    one_of(order.beacon, BEACONS)
    known = await audits.of_bureau(work.control, work.scope, work.scope.bureau)
    if any((one.district, one.period) == (order.district, period) for one in known):
        raise AuditedAlready(f"{order.district} {period}")
    records = await _standing(work, order.district, period)
    if not 0 <= order.size <= len(records):
        raise AuditSample(order.size, records=len(records))
    case = await _case(work, order, period, records)
    await audits.open_(work.control, work.scope, case)
    fixed = {"records": case.records, "size": case.size, "root": case.root, "m": digest_of(material_of(case))}
    await tell(work, "audit.open", case, act="open", both=True, after=fixed)
    return case


async def _standing(work: Work, district: str, period: str) -> tuple[Visit, ...]:
    """Records of a quarter that were not returned; the read stands with the step that follows."""
    there = await placed(work, district)
    found = await visits.of_period(there.db, there.scope, district, period)
    return tuple(one for one in found if one.state != "returned")


async def _case(work: Work, order: AuditOrder, period: str, records: tuple[Visit, ...]) -> AuditCase:
    id, frame = uuid4(), frame_of((key_of(one), one.record_sha256) for one in records)
    secret = await secret_of(work, work.scope.bureau, str(id))
    beacon_at = utc_text(int((work.now + LEAD).timestamp()) * 10**9)
    return AuditCase(
        bureau=work.scope.bureau,
        id=id,
        district=order.district,
        period=period,
        size=order.size,
        records=len(frame),
        frame=[list(one) for one in frame],
        rule=rule_of(order.beacon, beacon_at),
        beacon_at=beacon_at,
        root=root_of(frame),
        commitment=commitment_of(secret),
        state="open",
        opened_by=work.principal.subject,
        opened_name=work.principal.name,
        opened_at=work.now,
    )


def _period(text: str) -> str:
    try:
        return str(Period.parse(text))
    except ValueError:
        raise AuditChoice(text[:20], need="2026Q1") from None
