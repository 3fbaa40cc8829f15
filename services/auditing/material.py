"""The sample of an audit: its secret, and its material as the pure code wants it.

The secret follows from a key of the bureau and the case's id: nothing but the commitment is kept before the
beacon is born, and nobody at the desk can compute the sample in advance.
"""

from collections.abc import Iterable

from policies.rd1.canonical import lp, suite_of
from policies.visiting.recheck import SUITE, Checked, Material, commitment_of, record_key, verify
from services.auditing.errors import SecretLost
from services.clock import CHINA
from services.drawing import pseudonyms
from services.work import Work
from tenants.audit_rows import AuditCase, AuditCheck
from tenants.records import Visit


def key_of(visit: Visit) -> str:
    """A record's key in a frame."""
    started = visit.started_at.astimezone(CHINA).isoformat(timespec="seconds")
    return record_key(visit.draw_no, visit.slot, visit.site_code, started)


async def secret_of(work: Work, bureau: str, case: str) -> bytes:
    """The 32-byte secret of a case, by its id."""
    key = await pseudonyms.of_bureau(work, bureau)
    return suite_of(SUITE).mac(key, lp("audit-secret") + lp(case))


async def opened_secret(work: Work, case: AuditCase) -> bytes:
    """The same, if it is still the one committed to. Raises SecretLost."""
    secret = await secret_of(work, case.bureau, str(case.id))
    if (found := commitment_of(secret)) != case.commitment:
        raise SecretLost(found, commitment=case.commitment)
    return secret


def material_of(case: AuditCase) -> Material:
    """What a case's sample follows from, as far as it is known."""
    return Material(
        bureau=case.bureau,
        district=case.district,
        period=case.period,
        frame=tuple((key, seal) for key, seal in case.frame),
        size=case.size,
        rule=case.rule,
        beacon_at=case.beacon_at,
        commitment=case.commitment,
        secret=case.secret or "",
        evidence=case.evidence,
    )


def verified(case: AuditCase, checks: Iterable[AuditCheck]) -> tuple[Checked, ...]:
    """The four steps over what stands in the case; empty where no record is re-checked."""
    return verify(material_of(case), case.root, [one.key for one in checks]) if case.size else ()
