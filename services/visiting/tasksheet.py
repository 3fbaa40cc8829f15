"""What one sealed task says, and how it is opened: always through the journalled opener."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.work import Work
from tenants.sealed import open_tasks

#: Fields of a site that go into a record; persons and telephone numbers stay in the sealed row.
SITE_FIELDS = (
    "code",
    "name",
    "credit_code",
    "kind",
    "address",
    "site_address",
    "division",
    "industry",
    "pollution",
)


@dataclass(frozen=True, slots=True)
class TaskSheet:
    """A drawn visit in clear.

    Attributes:
        uid: site code. stratum: special, key or general. rank: place in the draw, from 0.
        certificates: the team as drawn, who may lead first.
        site: fields of the site as frozen (lon, lat in degrees of `datum`).
    """

    bureau: str
    draw_no: int
    slot: int
    uid: str
    stratum: str
    rank: int
    certificates: tuple[str, ...]
    site: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the site."""
        return str(self.site.get("name", self.uid))

    @property
    def point(self) -> tuple[float, float, str]:
        """(longitude, latitude, datum)."""
        site = self.site
        return float(site["lon"]), float(site["lat"]), str(site.get("datum") or "CGCS2000")

    def public_site(self) -> dict[str, Any]:
        """The fields of the site that a record carries."""
        return {"code": self.uid} | {k: self.site[k] for k in SITE_FIELDS if self.site.get(k)}


def read_sheet(bureau: str, draw_no: int, slot: int, plain: bytes) -> TaskSheet:
    """A task from its opened bytes, UTF-8 JSON as `services.drawing.results.payloads` makes it."""
    data = json.loads(plain)
    return TaskSheet(
        bureau,
        draw_no,
        slot,
        str(data["uid"]),
        str(data["stratum"]),
        int(data["rank"]),
        tuple(one["certificate"] for one in data["officers"]),
        data["site"],
    )


async def open_sheets(
    work: Work, draw_no: int, slots: Sequence[int] | None, why: str
) -> tuple[TaskSheet, ...]:
    """Open tasks of one draw of the bureau acted for; one journal row names the slots.

    Args:
        work: the transaction; it must be able to write.
        draw_no: the draw.
        slots: None opens all of the draw.
        why: kept in the journal.
    """
    bureau = work.scope.bureau
    opened = await open_tasks(
        work.db,
        work.scope,
        work.app.keys,
        bureau,
        draw_no,
        slots,
        actor=work.principal,
        why=why,
        at=work.now,
    )
    return tuple(read_sheet(bureau, draw_no, slot, plain) for slot, plain in opened)
