"""An import taken back as one step, with a reason; every row stands in the history both ways."""

from dataclasses import dataclass
from uuid import UUID

from policies.roster.undo import undo, undo_officers
from services.clock import CHINA
from services.usecases.import_judge import ACTIONS
from services.usecases.site_evidence import withdraw_of_batch
from services.work import Work
from tenants import journal
from tenants.import_rows import RosterKind
from tenants.rows import ImportBatch
from tenants.stores import imports, key_takes, officer_imports, officers, sites


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: rows as they were before, and rows the import brought in, now closed.

    Of officers `closed` are those it brought in, no longer on post.
    """

    batch: UUID
    file_name: str
    restored: int
    closed: int
    kind: RosterKind = "sites"


async def undo_import(work: Work, id: UUID, why: str) -> Undone:
    """Take an import back, all of it or nothing.

    Args:
        work: of the registry keeper, for officers also of the administrator.
        id: the import's batch.
        why: the reason; kept with every row.

    Raises:
        Missing: the own bureau has no such import. UndoReasonMissing: no reason is given.
        NothingToUndo: it changed no row. ImportOvertaken: a row was changed again since.
        OfficersBound: its officers are part of a draw or a visit since.
    """
    batch = await imports.get(work.db, work.scope, work.scope.bureau, id)
    work.require(ACTIONS[batch.kind])
    said = why.strip()[:1000]
    reason = f"撤销导入 {batch.file_name}：{said}"
    take_back = _sites if batch.kind == "sites" else _officers
    restored, closed = await take_back(work, batch, why, reason)
    counts = {"restored": restored, "closed": closed}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=ACTIONS[batch.kind],
        target=f"roster/{batch.kind}/{id}",
        why=said,
        before={"file": batch.file_name, "sha256": batch.sha256},
        after={"undone": True, **counts},
        at=work.now,
    )
    return Undone(id, batch.file_name, **counts, kind=batch.kind)


async def _sites(work: Work, batch: ImportBatch, why: str, reason: str) -> tuple[int, int]:
    plan = undo(await sites.import_steps(work.db, work.scope, batch.id), why)
    by = work.principal.subject
    await sites.upsert(work.db, work.scope, plan.rows, at=work.now, by=by, reason=reason)
    await withdraw_of_batch(work, batch.id, reason)
    await key_takes.undone(work.db, work.scope, batch.id, at=work.now, by=by)
    return len(plan.restored), len(plan.closed)


async def _officers(work: Work, batch: ImportBatch, why: str, reason: str) -> tuple[int, int]:
    db, scope = work.db, work.scope
    steps = await officer_imports.import_steps(db, scope, batch.id)
    named = [step.after.certificate for step in steps]
    since = batch.at.astimezone(CHINA).date()
    dispatched = await officer_imports.dispatched_since(db, scope, named, since)
    frozen = await officer_imports.frozen_since(db, scope, batch.at)
    plan = undo_officers(steps, why, frozen=frozen, dispatched=dispatched)
    await officers.upsert(db, scope, plan.rows, at=work.now, by=work.principal.subject, reason=reason)
    return len(plan.restored), len(plan.closed)
