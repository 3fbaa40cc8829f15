"""One field of many sites changed as one batch: shown first, then taken exactly as shown, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from policies.roster.batch import NO, YES, Batch, BatchChange, day_of, moved, plan_batch
from policies.roster.batch_errors import BatchEmpty, BatchMoved
from policies.roster.columns import SITE_LAYOUT
from policies.roster.evidence import Judged, NewEvidence, judge
from services.ruling.key_lists import list_in_force
from services.ruling.ruleset import rules_for
from services.usecases.site_evidence import criteria_of, enter_rows, withdraw_of_sites
from services.usecases.site_step import keep_step
from services.work import Work
from tenants import journal
from tenants.locks import hold
from tenants.stores import sites

SHOWN = 5  # codes named in a refusal
_REASON = "批量修改：{why}"
_BASED = "批量修改：{why}（依据：{basis}）"
_DATED = "批量修改：{why}（依据：{basis}，{dated}）"
_NAME = "批量修改“{heading}” {count} 家"
_HEADED = {"key": "site_class", "special": "site_class"}


@dataclass(frozen=True, slots=True)
class Changed:
    """A batch that was taken; `batch` undoes it as an import is undone."""

    batch: UUID
    changed: int


async def preview_batch(work: Work, codes: Sequence[str], change: BatchChange) -> Batch:
    """What a change would do to sites of the own bureau; keeps nothing. Codes nobody has are left out.

    Raises:
        as `policies.roster.batch.plan_batch`.
    """
    work.require("site.import")
    found = await sites.some(work.db, work.scope, work.scope.bureau, codes)
    bureau = work.scope.bureau
    published = await list_in_force(work.app, bureau, work.today)
    listed = published.codes_of(bureau) if published else frozenset[str]()
    cases = (await rules_for(work, bureau)).get("class.special")
    return plan_batch(found, change, listed=listed, cases=dict(cases.value) if cases else {})


async def change_sites(work: Work, marks: Mapping[str, str], change: BatchChange) -> Changed:
    """Take a batch as it was shown: all of it, or nothing.

    Args:
        work: of the registry keeper, who cannot draw from then on, as after any edit of the roster.
        marks: code → mark of the rows as previewed (`Batch.marks`).

    Raises:
        BatchMoved: a row stands otherwise than shown. BatchEmpty: no row. And as `preview_batch`.
    """
    work.require("site.import")
    bureau = work.scope.bureau
    await hold(work.db, "roster", "site", bureau)  # from here on every row stays as compared
    plan = await preview_batch(work, sorted(marks), change)
    now = [*(one.before for one in plan.turned), *plan.same, *(one.site for one in plan.refused)]
    if gone := moved(now, marks):
        raise BatchMoved(f"{len(gone)}", codes="、".join(gone[:SHOWN]))
    if plan.refused:
        raise BatchMoved(
            f"{len(plan.refused)}", codes="、".join(one.site.code for one in plan.refused[:SHOWN])
        )
    if not plan.turned:
        raise BatchEmpty("0")
    shown = await _shown_by(work, change)
    batch = await _keep(work, plan, change)
    codes = [one.after.code for one in plan.turned]
    if shown is not None:
        await enter_rows(work, codes, shown, batch)
    if (change.field, change.value.strip()) == ("special", NO):
        await withdraw_of_sites(work, codes, change.why.strip()[:1000])
    return Changed(batch, len(plan.turned))


async def _shown_by(work: Work, change: BatchChange) -> Judged | None:
    """The record that sites made special get; None where no dated document is named."""
    if (change.field, change.value.strip()) != ("special", YES) or day_of(change) is None:
        return None
    known = await criteria_of(work, work.scope.bureau)
    new = NewEvidence(change.case or change.basis, change.basis, day_of(change), change.why)
    return judge(new, known, work.today)


async def _keep(work: Work, plan: Batch, change: BatchChange) -> UUID:
    said = asdict(change) | {"changed": len(plan.turned)}
    name = _NAME.format(heading=_heading(change.field), count=len(plan.turned))
    batch, print_ = await keep_step(work, name, said, [one.after for one in plan.turned], _reason(change))
    await journal.note(
        work.db, work.scope, actor=work.principal, action="site.import", target=f"roster/sites/{batch}",
        why=change.why.strip()[:1000], after=said | {"sha256": print_}, at=work.now,
    )  # fmt: skip
    return batch


def _reason(change: BatchChange) -> str:
    """What the history of every row says; a class keeps its basis itself, a status has it here."""
    why, basis, day = change.why.strip()[:1000], change.basis.strip(), day_of(change)
    if change.field != "status" or not basis:
        return _REASON.format(why=why)
    return _DATED.format(why=why, basis=basis, dated=day) if day else _BASED.format(why=why, basis=basis)


def _heading(field: str) -> str:
    """The heading of the template under which the field is read."""
    return SITE_LAYOUT.column(_HEADED.get(field, field)).heading
