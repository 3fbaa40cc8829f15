"""Audits for those who read them: at the superior's all of a case, at the audited bureau's what was sent."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from policies.visiting.recheck import Checked, digest_of
from services.auditing.material import material_of, verified
from services.usecases.send_audit import letter_digest
from services.work import Work
from tenants.audit_rows import AuditCase, AuditCheck, AuditFinding, AuditStep
from tenants.stores import audits


@dataclass(frozen=True, slots=True)
class AuditFile:
    """A case, whole, as one side sees it.

    Attributes:
        m: fingerprint of the sample's manifest. digest: of the letter. proof: the four steps, if any.
    """

    case: AuditCase
    checks: tuple[AuditCheck, ...]
    findings: tuple[AuditFinding, ...]
    steps: tuple[AuditStep, ...]
    m: str
    digest: str
    proof: tuple[Checked, ...]

    @property
    def standing(self) -> tuple[AuditFinding, ...]:
        """Findings that were not dropped."""
        return tuple(one for one in self.findings if one.state != "dropped")

    def material(self) -> dict[str, Any]:
        """All that the sample follows from and what was drawn, as `shuangsui audit verify` reads it."""
        told = asdict(material_of(self.case))
        return told | {"root": self.case.root, "drawn": [one.key for one in self.checks]}

    @property
    def verdicts(self) -> Counter[str]:
        """How many records have which verdict; "" = none yet."""
        return Counter(one.verdict or "" for one in self.checks)


async def audits_of(work: Work) -> tuple[AuditCase, ...]:
    """Cases of the bureau acted for about those below it, the latest first."""
    work.require("audit.read")
    return await audits.of_bureau(work.control, work.scope, work.scope.bureau)


async def findings_of(work: Work) -> tuple[AuditFinding, ...]:
    """Findings of all of them."""
    work.require("audit.read")
    return await audits.every_finding(work.control, work.scope, work.scope.bureau)


async def read_audit(work: Work, id: UUID) -> AuditFile:
    """One of them. Raises Missing."""
    work.require("audit.read")
    bureau = work.scope.bureau
    case = await audits.get(work.control, work.scope, bureau, id)
    checks = await audits.checks(work.control, work.scope, bureau, id)
    findings = await audits.findings(work.control, work.scope, bureau, id)
    return _file(case, checks, findings, await audits.steps(work.control, work.scope, bureau, id))


async def audits_told(work: Work) -> tuple[AuditCase, ...]:
    """Cases about the bureau acted for that were sent to it, the latest first."""
    work.require("audit.told")
    return await audits.told(work.control, work.scope)


async def read_told(work: Work, id: UUID) -> AuditFile:
    """One of them; nothing of what went on inside the superior. Raises Missing."""
    work.require("audit.told")
    case = await audits.told_one(work.control, work.scope, id)
    checks = await audits.told_checks(work.control, work.scope, id)
    findings = await audits.told_findings(work.control, work.scope, id)
    return _file(case, checks, findings, await audits.told_steps(work.control, work.scope, id))


def _file(
    case: AuditCase,
    checks: tuple[AuditCheck, ...],
    findings: tuple[AuditFinding, ...],
    steps: tuple[AuditStep, ...],
) -> AuditFile:
    standing = tuple(one for one in findings if one.state != "dropped")
    digest = letter_digest(case, standing) if case.letter else ""
    return AuditFile(
        case, checks, findings, steps, digest_of(material_of(case)), digest, verified(case, checks)
    )
