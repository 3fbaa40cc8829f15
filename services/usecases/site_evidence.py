"""Why a site is special: dated records entered, withdrawn, and the flag taken away. Basis: obligation 8.

Nothing is written over: a record that was wrong is withdrawn, with who, when and why beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from policies.errors import Missing
from policies.roster.evidence import Criterion, Judged, NewEvidence, criteria, judge
from policies.roster.evidence_errors import (
    EvidenceReasonMissing,
    EvidenceWithdrawn,
    NotSpecial,
    TooManySites,
)
from policies.terms import Site
from services.ruling.ruleset import rules_for
from services.usecases.site_step import keep_step
from services.work import Work
from tenants import journal
from tenants.evidence_rows import Evidence
from tenants.locks import hold
from tenants.stores import evidence, sites

MOST = 200  # sites one document is entered for at once: so many a person can check against it
_KEY = "class.special"
_NAME = "登记特殊监管对象证据 {count} 家"
_REASON = "列为特殊监管对象：{words}；{document}（{dated}）"
_ENDED = "不再列为特殊监管对象 {code}"
_END_REASON = "不再列为特殊监管对象：{why}"


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered: a record a site; `batch` = the change of the roster, None = no row had to change."""

    records: tuple[Evidence, ...]
    made: tuple[str, ...]
    batch: UUID | None


async def criteria_of(work: Work, bureau: str) -> tuple[Criterion, ...]:
    """The criteria of a visible bureau's rules of today; none where its rules name none."""
    rules = await rules_for(work, bureau)
    if (found := rules.get(_KEY)) is None:
        return ()
    own = rules.own.get(_KEY)
    texts = ((own,) if own else ()) + rules.floors.get(_KEY, ())
    return criteria((dict(found.value), found.basis), [(dict(one.value), one.basis) for one in texts])


async def evidence_of(work: Work, bureau: str, code: str) -> tuple[Evidence, ...]:
    """Records of one site, newest first, withdrawn ones too. Raises Missing, Stranger."""
    work.require("site.read", bureau=bureau)
    await sites.one(work.db, work.scope, bureau, code)
    return (await evidence.of_sites(work.db, work.scope, bureau, [code])).get(code, ())


async def enter_evidence(work: Work, codes: Sequence[str], new: NewEvidence) -> Entered:
    """Enter one document for the sites it names; those not special yet become so, with it as the reason.

    Raises:
        Missing: the own bureau has no such site. TooManySites: none, or more than `MOST`.
        and as `policies.roster.evidence.judge`.
    """
    work.require("site.import")
    wanted = sorted(dict.fromkeys(codes))
    if not 0 < len(wanted) <= MOST:
        raise TooManySites(f"{len(wanted)}", most=MOST)
    kept = judge(new, await criteria_of(work, work.scope.bureau), work.today)
    await hold(work.db, "roster", "site", work.scope.bureau)
    found = {one.code: one for one in await sites.some(work.db, work.scope, work.scope.bureau, wanted)}
    if gone := [code for code in wanted if code not in found]:
        raise Missing(gone[0], what="污染源")
    turned = [row for code in wanted if (row := _with(found[code], kept)) != found[code]]
    batch = await _write(work, turned, kept) if turned else None
    changed = {row.code for row in turned}
    rows = tuple(_row(work, code, kept, batch if code in changed else None) for code in wanted)
    await evidence.put(work.db, work.scope, rows)
    made = tuple(code for code in wanted if not found[code].special)
    before = {"special": [code for code in wanted if found[code].special]}
    after = {"sites": wanted, "criterion": _case(kept), "document": kept.document}
    after |= {"dated": str(kept.dated), "until": str(kept.until or ""), "made": list(made)}
    await _note(work, f"roster/evidence/{rows[0].id}", kept.note or kept.document, before, after)
    return Entered(rows, made, batch)


async def withdraw_evidence(work: Work, id: UUID, why: str) -> Evidence:
    """Withdraw a record; its site stays special, and is named as lacking evidence if none stands.

    Raises:
        Missing: the own bureau has no such record. EvidenceReasonMissing. EvidenceWithdrawn: it is already.
    """
    work.require("site.import")
    said = _reason(why)
    await hold(work.db, "roster", "site", work.scope.bureau)
    row = await evidence.get(work.db, work.scope, work.scope.bureau, id)
    if row.withdrawn_at is not None:
        raise EvidenceWithdrawn(f"{row.withdrawn_name} {row.withdrawn_why}"[:200])
    await withdraw_rows(work, [row], said)
    await _note(
        work, f"roster/evidence/{id}", said, {"site": row.code, "document": row.document}, {"withdrawn": True}
    )
    return await evidence.get(work.db, work.scope, work.scope.bureau, id)


async def end_special(work: Work, code: str, why: str) -> UUID:
    """Take the flag away, with a reason; records that stand are withdrawn by it. Returns the batch.

    Raises:
        Missing: the own bureau has no such site. NotSpecial: it is not. EvidenceReasonMissing.
    """
    work.require("site.import")
    said = _reason(why)
    await hold(work.db, "roster", "site", work.scope.bureau)
    site = await sites.one(work.db, work.scope, work.scope.bureau, code)
    if not site.special:
        raise NotSpecial(code)
    after = replace(site, special=False, special_cases=(), special_evidence="")
    facts = {"field": "special", "value": "no", "why": said, "sites": [code]}
    batch, _ = await keep_step(work, _ENDED.format(code=code), facts, [after], _END_REASON.format(why=said))
    gone = await withdraw_of_sites(work, [code], said)
    before = {"special": True, "cases": list(site.special_cases), "evidence": gone}
    await _note(work, f"roster/sites/{batch}", said, before, {"sites": [code], "special": False})
    return batch


async def withdraw_of_sites(work: Work, codes: Sequence[str], why: str) -> int:
    """Withdraw what still stands for sites that are no longer special; returns how many records."""
    found = await evidence.of_sites(work.db, work.scope, work.scope.bureau, codes)
    rows = [row for some in found.values() for row in some if row.stands(work.today)]
    await withdraw_rows(work, rows, why)
    return len(rows)


async def withdraw_of_batch(work: Work, batch: UUID, why: str) -> int:
    """Withdraw what was entered with a change that is taken back; returns how many records."""
    rows = [one for one in await evidence.of_batch(work.db, work.scope, batch) if one.withdrawn_at is None]
    await withdraw_rows(work, rows, why)
    return len(rows)


async def withdraw_rows(work: Work, rows: Sequence[Evidence], why: str) -> None:
    """Withdraw records in the name of who acts; the caller notes it in the journal."""
    by, name = work.principal.subject, work.principal.name
    ids = [row.id for row in rows]
    await evidence.withdraw(work.db, work.scope, ids, why, by=by, by_name=name, at=work.now)


async def enter_rows(work: Work, codes: Sequence[str], kept: Judged, batch: UUID) -> None:
    """Enter a judged record for sites that a batch made special; the caller notes it in the journal."""
    rows = [_row(work, code, kept, batch) for code in codes]
    await evidence.put(work.db, work.scope, rows)


def _case(kept: Judged) -> str:
    """How a site's row names the criterion."""
    return kept.criterion.key or kept.criterion.words


def _with(site: Site, kept: Judged) -> Site:
    """The row with what the record says; what it says already is not written over."""
    case = _case(kept)
    cases = site.special_cases if case in site.special_cases else (*site.special_cases, case)
    said = site.special_evidence or f"{kept.document}（{kept.dated}）"
    return replace(site, special=True, special_cases=cases, special_evidence=said)


def _row(work: Work, code: str, kept: Judged, batch: UUID | None) -> Evidence:
    return Evidence(
        bureau=work.scope.bureau,
        id=uuid4(),
        code=code,
        criterion=kept.criterion.key,
        words=kept.criterion.words,
        cite=kept.criterion.cite,
        quote=kept.criterion.quote,
        mark=str(kept.criterion.mark),
        document=kept.document,
        dated=kept.dated,
        until=kept.until,
        note=kept.note,
        at=work.now,
        by=work.principal.subject,
        by_name=work.principal.name,
        batch=batch,
    )


async def _write(work: Work, rows: Sequence[Site], kept: Judged) -> UUID:
    said: dict[str, object] = {"field": "special", "value": "yes", "case": _case(kept)}
    said |= {"document": kept.document, "dated": str(kept.dated), "sites": [row.code for row in rows]}
    reason = _REASON.format(words=kept.criterion.words, document=kept.document, dated=kept.dated)
    batch, _ = await keep_step(work, _NAME.format(count=len(rows)), said, rows, reason)
    return batch


def _reason(why: str) -> str:
    if not why.strip():
        raise EvidenceReasonMissing
    return why.strip()[:1000]


async def _note(
    work: Work, target: str, why: str, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    await journal.note(
        work.db, work.scope, actor=work.principal, action="site.import", target=target, why=why,
        before=dict(before), after=dict(after), at=work.now,
    )  # fmt: skip
