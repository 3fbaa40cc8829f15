"""A draw as people watch it: what has been logged so far, and what the next step waits for. No site.

The steps are the entries of the public log and nothing else, so that what is shown at the moment, what is
shown to somebody who comes later, and the replay are the same.
"""

import hashlib
from dataclasses import dataclass, replace

from services.views.draws import DrawFace, LogRow

# In the order in which they can come; after the result a change or the opening may follow.
AWAITED = ("manifest", "escrow", "beacon", "result", "open")
DOTS = 300  # most tickets one picture shows; a dot stands for several where a class is larger
ROW = 50  # tickets side by side


@dataclass(frozen=True, slots=True)
class Tickets:
    """A picture of one class: dots for sites, some of them taken. Which sites they are, nobody sees.

    Attributes:
        each: sites a dot stands for.
        urn, taken: SVG paths of the dots, 10 units apart; `taken` is "" before the result.
        height: of the picture, in units; its width is 10 × ROW.
    """

    each: int
    urn: str
    taken: str
    height: int


@dataclass(frozen=True, slots=True)
class Live:
    """What is on the screen.

    Attributes:
        draw: the face, with nothing of it that was not public at this step.
        beats: entries of the log so far, oldest first. of: how many there are by now.
        awaits: kind of the entry that should come next, "" after the last.
        tickets: one picture a class, in the order of `draw.strata`.
        mark: digest of all this; equal marks show the same.
    """

    draw: DrawFace
    beats: tuple[LogRow, ...]
    of: int
    awaits: str
    tickets: tuple[Tickets, ...]
    mark: str

    @property
    def latest(self) -> str:
        """Kind of the last step that decides what stands in the middle; "" before the freeze."""
        kinds = [beat.kind for beat in self.beats]
        return next((kind for kind in ("void", "open", "result", "beacon", "manifest") if kind in kinds), "")

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return len(self.beats) == self.of and self.latest in ("void", "open")


def live_of(draw: DrawFace, upto: int | None = None) -> Live:
    """The draw after `upto` entries of its log; all of them by default.

    Args:
        draw: the public face as it is now. upto: 0 … number of entries; more shows them all.
    """
    beats = draw.log if upto is None else draw.log[: max(upto, 0)]
    kinds = {beat.kind for beat in beats}
    shown = _cut(draw, kinds)
    awaits = "" if "void" in kinds else next((kind for kind in AWAITED if kind not in kinds), "")
    drawn = "result" in kinds
    tickets = tuple(_tickets(row.size, row.take if drawn else 0) for row in shown.strata)
    seen = repr((shown, beats, len(draw.log)))
    mark = hashlib.sha256(seen.encode()).hexdigest()[:16]
    return Live(shown, beats, len(draw.log), awaits, tickets, mark)


def _cut(draw: DrawFace, kinds: set[str]) -> DrawFace:
    """The face without what only later steps made public."""
    if "manifest" not in kinds:
        draw = replace(draw, m="", strata=(), excluded=(), officers=0, commits=(), beacon_at=None)
    if "beacon" not in kinds:
        draw = replace(draw, r="", evidence={})
    elif not draw.r:  # logged, and not yet kept with the result
        draw = replace(draw, r=next((row.words for row in draw.log if row.kind == "beacon"), ""))
    if "result" not in kinds:
        draw = replace(draw, z="", drawn_at=None)
    return draw if "void" in kinds else replace(draw, void_reason="", voided_at=None)


def _tickets(size: int, take: int) -> Tickets:
    each = max(1, -(-size // DOTS))
    dots, lit = -(-size // each), -(-take // each)
    return Tickets(each, _path(0, dots), _path(0, lit), 10 * -(-dots // ROW))


def _path(start: int, end: int) -> str:
    """Dots are lines without length; their round ends make them."""
    return "".join(f"M{10 * (n % ROW) + 5} {10 * (n // ROW) + 5}h0" for n in range(start, end))
