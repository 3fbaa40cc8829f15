"""Many sites changed as one step, which `undo_import` takes back whole."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from policies.terms import Site
from services.work import Work
from tenants.stores import imports, sites


async def keep_step(
    work: Work, name: str, said: dict[str, Any], rows: Sequence[Site], reason: str
) -> tuple[UUID, str]:
    """Write rows of the own bureau's roster as one batch; the caller notes it in the journal.

    Args:
        work: holding the roster's lock since it compared the rows.
        name: what the step is called where imports are listed. said: what its report keeps.
        reason: stands in the history of every row.

    Returns:
        The batch, and the fingerprint it is kept under.
    """
    batch, by = uuid4(), work.principal.subject
    facts = json.dumps(said | {"batch": str(batch)}, ensure_ascii=False, sort_keys=True, default=str)
    print_ = sha256(facts.encode()).hexdigest()
    await imports.keep(
        work.db, work.scope, kind="sites", file_name=name, sha256=print_, at=work.now, by=by,
        report={"change": said}, id=batch,
    )  # fmt: skip
    await sites.upsert(work.db, work.scope, rows, batch=batch, at=work.now, by=by, reason=reason)
    return batch, print_
