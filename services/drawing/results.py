"""What becomes of a computed draw: sealed tasks, the sealed result, the public numbers."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from policies.rd1 import beacon
from policies.rd1.draw import Drawn
from services.drawing.draw_errors import ResultDiffers
from services.drawing.sealed_parts import Inputs, dump
from services.work import Work
from tenants.rows import Draw
from tenants.stores import log

LATE = timedelta(minutes=15)  # rd1 §8


@dataclass(frozen=True, slots=True)
class Ran:
    """The public face of a drawn draw: numbers and hashes, no name.

    Attributes:
        strata: [{id, size, least, take}]. drawn: sites drawn. officers: officers on teams.
        over_caps: visits above officers' caps, summed; flagged, not refused.
    """

    bureau: str
    draw_no: int
    m: str
    r: str
    z: str
    late: bool
    drawn: int
    officers: int
    over_caps: int
    crews: int
    strata: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


def payloads(drawn: Drawn, inputs: Inputs) -> list[tuple[int, bytes]]:
    """One sealed task a leaf: (slot = index of the leaf, plaintext JSON)."""
    picks = {pick.uid: pick for pick in drawn.picks}
    crew_of = {members: name for name, team in drawn.crews.items() for members in (tuple(sorted(team)),)}
    rows = []
    for slot, leaf in enumerate(drawn.leaves):
        pick, team = picks[leaf.uid], drawn.teams[leaf.uid]
        people = [{"oid": oid, **inputs.names["officers"][oid]} for oid in team]
        rows.append(
            (
                slot,
                dump(
                    {
                        "uid": leaf.uid,
                        "stratum": pick.stratum,
                        "rank": pick.rank,
                        "ticket": pick.ticket.hex(),
                        "oids": list(team),
                        "crew": crew_of.get(team, "") if drawn.crews else "",
                        "officers": sorted(people, key=lambda one: (not one["lead"], one["oid"])),
                        "salt": leaf.salt.hex(),
                        "leaf": leaf.data.hex(),
                        "site": {"code": leaf.uid, **inputs.names["sites"][leaf.uid]},
                    }
                ),
            )
        )
    return rows


def result_part(drawn: Drawn) -> dict[str, Any]:
    """The sealed result: hashes of the leaves in order (audit paths follow), crews, order of each stratum."""
    return {
        "m": drawn.m.hex(),
        "root": drawn.root.hex(),
        "leaves": [leaf.hash.hex() for leaf in drawn.leaves],
        "crews": drawn.crews,
        "order": drawn.order,
        "teams": drawn.teams,
        "over_caps": drawn.over_caps,
    }


def summary_of(drawn: Drawn, manifest: dict[str, Any], *, simulated: bool) -> dict[str, Any]:
    """Numbers that may be public at once."""
    loads = Counter(oid for team in drawn.teams.values() for oid in team)
    return {
        "strata": manifest["strata"],
        "excluded": manifest["excluded"],
        "drawn": len(drawn.picks),
        "officers": len(loads),
        "most_visits": max(loads.values(), default=0),
        "least_visits": min(loads.values(), default=0),
        "crews": len(drawn.crews),
        "team": manifest["team"],
        "over_caps": sum(drawn.over_caps.values()),
        "simulated": simulated,
    }


def ran_of(draw: Draw, root: bytes | None = None) -> Ran:
    """The public face of a kept result, compared with a root computed again when there is one.

    Raises:
        ResultDiffers: the roots are not the same.
    """
    if root is not None and draw.z != root.hex():
        raise ResultDiffers(root.hex(), need=draw.z)
    numbers = draw.summary or {}
    return Ran(
        draw.bureau,
        draw.draw_no,
        draw.m or "",
        draw.r or "",
        draw.z or "",
        draw.late,
        numbers["drawn"],
        numbers["officers"],
        numbers["over_caps"],
        numbers["crews"],
        numbers["strata"],
    )


async def born_at(work: Work, draw: Draw) -> datetime:
    """When the beacon was born: drand's round, else the moment of its log entry. Basis: rd1 §4."""
    entries = await log.of_draw(work.control, draw.m or "")
    logged = next(entry.at for entry in entries if entry.entry["t"] == "beacon")
    rule = (draw.manifest or {})["beacon"]
    if rule["kind"] != "drand":
        return logged
    return datetime.fromtimestamp(beacon.round_time(rule["round"]) / 1_000_000_000, logged.tzinfo)


def late_by(born: datetime, logged: datetime) -> bool:
    """True when the result came more than 15 minutes after the beacon. Basis: rd1 §8."""
    return logged - born > LATE
