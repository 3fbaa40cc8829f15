"""An import of sites taken back as one step, with a reason; every row stands in the history both ways."""

from dataclasses import dataclass
from uuid import UUID

from policies.roster.undo import undo
from services.work import Work
from tenants import journal
from tenants.stores import imports, sites


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: rows as they were before, and rows the import brought in, now closed."""

    batch: UUID
    file_name: str
    restored: int
    closed: int


async def undo_import(work: Work, id: UUID, why: str) -> Undone:
    """Take an import of sites back, all of it or nothing.

    Args:
        work: of the registry keeper.
        id: the import's batch.
        why: the reason; kept with every row.

    Raises:
        Missing: the own bureau has no such import. UndoReasonMissing: no reason is given.
        NothingToUndo: it changed no site. ImportOvertaken: a row was changed again since.
    """
    work.require("site.import")
    batch = await imports.get(work.db, work.scope, work.scope.bureau, id)
    plan = undo(await sites.import_steps(work.db, work.scope, id), why)
    said = why.strip()[:1000]
    reason = f"撤销导入 {batch.file_name}：{said}"
    who = work.principal
    await sites.upsert(work.db, work.scope, plan.rows, at=work.now, by=who.subject, reason=reason)
    counts = {"restored": len(plan.restored), "closed": len(plan.closed)}
    await journal.note(
        work.db,
        work.scope,
        actor=who,
        action="site.import",
        target=f"roster/sites/{id}",
        why=said,
        before={"file": batch.file_name, "sha256": batch.sha256},
        after={"undone": True, **counts},
        at=work.now,
    )
    return Undone(id, batch.file_name, **counts)
