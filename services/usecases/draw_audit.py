"""The beacon is there: the records to be re-checked are drawn, once. Our own rule, see docs/audit.md."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from policies.rd1 import beacon
from policies.visiting.recheck import sample
from services.auditing.errors import AuditSample
from services.auditing.material import key_of, material_of, opened_secret
from services.auditing.telling import tell
from services.drawing.draw_errors import BeaconTooEarly
from services.reading import placed
from services.starting import require_state
from services.usecases.ceremony import local
from services.work import Work
from tenants.audit_rows import AuditCase, AuditCheck
from tenants.errors import WrongState
from tenants.stores import audits, visits


async def draw_audit(work: Work, id: UUID, evidence: dict[str, Any]) -> tuple[AuditCheck, ...]:
    """Draw the sample of a case.

    Args:
        evidence: of the beacon agreed on: {"digits": …} or {"signature": …}.

    Raises:
        Missing: no such case of the bureau acted for. WrongState: drawn already, or no longer open.
        BeaconTooEarly: before the moment agreed on. BadField, MissingField, UnknownField, BeaconFalse: not
            evidence of that beacon. AuditSample: none are to be drawn. SecretLost: the key was changed.
    """
    work.require("audit.draw")
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.draw", case.state)
    if case.drawn_at is not None:
        raise WrongState(case.state, wanted="open")
    if not case.size:
        raise AuditSample(0, records=case.records)
    if work.now < (moment := datetime.fromisoformat(case.beacon_at)):
        raise BeaconTooEarly(local(work.now), beacon_at=local(moment))
    beacon.check_evidence(case.rule, evidence)
    secret = (await opened_secret(work, case)).hex()
    keys = sample(replace(material_of(case), secret=secret, evidence=evidence))
    await audits.drawn(work.control, work.scope, id, evidence, secret, work.principal.subject, work.now)
    made = await _checks(work, case, keys)
    await tell(work, "audit.draw", case, act="draw", both=True, before={"state": case.state},
               after={"records": len(made)})  # fmt: skip
    return made


async def _checks(work: Work, case: AuditCase, keys: tuple[str, ...]) -> tuple[AuditCheck, ...]:
    """One row a drawn record, as it was sealed when the frame was fixed; returned ones stay and are found."""
    seals, there = dict(material_of(case).frame), await placed(work, case.district)
    every = await visits.of_period(there.db, there.scope, case.district, case.period)
    known = {(key_of(one), one.record_sha256): one.id for one in every}
    made = tuple(
        AuditCheck(case.bureau, case.id, rank, case.district, known[key, seals[key]], key, seals[key])
        for rank, key in enumerate(keys, 1)
    )
    for row in made:
        await audits.put_check(work.control, work.scope, row)
    return made
