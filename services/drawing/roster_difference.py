"""The difference of the lists about to be frozen with those of the draw before, and its fingerprint.

The lists before are sealed; the one opener journals the read. The fingerprint binds everything compared,
hidden parts included, and is keyed by the draw's own data key: it tells nothing to who only reads it.
Basis: rd1 §12, §14; 名单一经确定，不得随意变更 applies from the freeze on.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from policies.planning.roster_change import Listed, ListsSeen, Person, RosterChange, roster_change
from policies.rd1.canonical import jcs
from services.drawing.lists import Filled
from services.drawing.sealed_parts import open_json, open_lists
from services.work import Work
from tenants import sealed
from tenants.rows import Draw
from tenants.stores import differences, draws

WHY = "名录差异：与上次抽取的名单比较"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference with the hex fingerprint of all that was compared."""

    change: RosterChange
    h: str


async def difference_of(work: Work, draw: Draw, filled: Filled) -> Difference:
    """Compare the lists made for `draw` with those frozen before it by the same bureau."""
    former = await draws.before(work.db, work.scope, draw)
    before = await _frozen(work, former) if former else None
    since = former.frozen_at if former else None
    roster = await work.at(draw.subject)
    past = await differences.past_of(roster, work.scope, draw.subject, since) if former else {}
    now = _seen(draw, filled)
    change = roster_change(before, now, past)
    data_key = await sealed.data_key(work.db, work.scope, work.app.keys, draw.draw_no)
    key = hmac.new(data_key, b"roster difference", sha256).digest()  # a key of its own beside the sealing
    return Difference(change, hmac.new(key, jcs(_bound(change, now, filled)), sha256).hexdigest())


def _bound(change: RosterChange, now: ListsSeen, filled: Filled) -> dict[str, Any]:
    """Everything the fingerprint stands for."""
    certificates = {alias.oid: alias.certificate for alias in filled.urn.aliases}
    return {
        "sites": change.public(),
        "people": change.of_people(),
        "named": change.named(),
        "units": [[s.code, s.label, s.of_roster] for s in now.sites],
        "officers": sorted([p.certificate, int(p.lead), p.cap] for p in now.people),
        "bans": sorted([certificates[oid], uid] for oid, uid in filled.urn.lists.bans),
    }


def _seen(draw: Draw, filled: Filled) -> ListsSeen:
    labels = dict(filled.urn.lists.units)
    return ListsSeen(
        draw.draw_no,
        tuple(Listed(s.code, s.name, labels[s.code], s.key, s.special) for s in filled.urn.sites),
        tuple(Person(a.certificate, a.name, a.lead, a.cap) for a in filled.urn.aliases),
        len(filled.urn.lists.bans),
    )


async def _frozen(work: Work, draw: Draw) -> ListsSeen:
    lists = await open_lists(work, draw, why=WHY)
    names = await open_json(work, draw, "names", why=WHY)
    sites, people = names["sites"], names["officers"].values()
    return ListsSeen(
        draw.draw_no,
        tuple(_listed(uid, label, sites[uid]) for uid, label in lists.units),
        tuple(Person(p["certificate"], p["name"], bool(p["lead"]), p["cap"]) for p in people),
        len(lists.bans),
    )


def _listed(uid: str, label: str, site: dict[str, Any]) -> Listed:
    return Listed(uid, str(site["name"]), label, bool(site["key"]), bool(site["special"]))
