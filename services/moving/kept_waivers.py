"""Are a bureau's granted waivers the same where they were decided and where its draws are?

A waiver is decided in the control database and copied to where the bureau lives. A database restored alone
from before a withdrawal would show a waiver in force that is not: the public page and the bundles would say
so.
"""

from dataclasses import fields
from uuid import UUID

from services.moving.kept_errors import WaiverStrayed
from services.work import Work
from tenants.stores import waiver_uses, waivers
from tenants.waiver_rows import HeldWaiver, Waiver

_GRANTED = ("granted", "withdrawn")
_COPIED = [f.name for f in fields(HeldWaiver) if f.name != "public_at"]  # the copy's own


async def compare_waivers(work: Work, bureau: str) -> int:
    """Compare every waiver ever granted to a bureau with its copy; returns how many there are.

    Raises:
        WaiverStrayed: a copy is missing, is one of nothing, or says something else.
    """
    decided = await waivers.of_bureau(work.control, work.scope, bureau)
    truth = {one.id: one for one in decided if one.state in _GRANTED}
    copies = {one.id: one for one in await waiver_uses.held_by(work.db, work.scope, bureau)}
    for id in sorted(truth.keys() | copies.keys()):
        _same(id, truth.get(id), copies.get(id))
    return len(truth)


def _same(id: UUID, truth: Waiver | None, copy: HeldWaiver | None) -> None:
    if truth is None or copy is None:
        raise WaiverStrayed(f"{id}: {'control' if truth is None else 'copy'} —")
    other = [name for name in _COPIED if getattr(truth, name) != getattr(copy, name)]
    if other:
        raise WaiverStrayed(f"{id}: {', '.join(other)}")
