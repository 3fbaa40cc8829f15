"""A draw at the desk: its public face, a checklist of what is proven, and the progress of its visits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from policies.terms import Period
from services.drawing.authority import checked
from services.ruling.calendars import calendar_for
from services.seen import Seen
from services.views.draws import DrawFace, cut_face, draw_face, reveal_unsure
from services.views.progress import NO_PROGRESS, Progress, progress_of
from services.work import Work
from tenants.external_rows import DifferenceRow, PlatformList
from tenants.records import LogEntry
from tenants.rows import Commit, Draw, Task
from tenants.stores import commits, differences, draws, joints, log, plans, platform_lists, tasks


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist; `id` names its words in the template."""

    id: str
    done: bool
    at: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class DayLine:
    """Visits of one day."""

    day: date
    count: int
    done: int


@dataclass(frozen=True, slots=True)
class DrawBoard:
    """Data of the page.

    Attributes:
        commits: who committed when. joint: visits made together with another bureau.
        short: class → planned visits the urn could not supply.
        days: dispatched visits by day.
        difference: the roster's difference as last shown. lists: of the platform, in order.
        unsure: the last day of secrecy is provisional, see `reveal_unsure`.
    """

    draw: Draw
    face: DrawFace
    commits: tuple[Commit, ...]
    checks: tuple[Check, ...]
    progress: Progress
    days: tuple[DayLine, ...]
    joint: int
    short: Mapping[str, int]
    difference: DifferenceRow | None = None
    lists: tuple[PlatformList, ...] = ()
    unsure: bool = False

    @property
    def compared(self) -> PlatformList | None:
        """The platform's list last compared with the draw."""
        found = [one for one in self.lists if one.verdict in ("equal", "different")]
        return found[-1] if found else None

    @property
    def checked(self) -> bool:
        """Drawn by us, or taken over and found equal by a second person."""
        return self.draw.authority == "own" or checked(self.lists)

    @property
    def finished(self) -> bool:
        """Drawn, and no visit is outstanding."""
        return self.draw.state == "drawn" and 0 < self.progress.live == self.progress.done


async def draw_board(work: Work, bureau: str, draw_no: int) -> DrawBoard:
    """The board of a visible bureau's draw. Raises Missing."""
    draw = await draws.get(work.db, work.scope, bureau, draw_no)
    entries = await log.of_draw(work.control, draw.m) if draw.m else ()
    kept = await commits.of_draw(work.db, work.scope, bureau, draw_no)
    rows = await tasks.of_draw(work.db, work.scope, bureau, draw_no)
    plan = await plans.latest(work.db, work.scope, bureau, Period.parse(draw.period).year, approved_only=True)
    face = draw_face(draw, entries)
    return DrawBoard(
        draw=draw,
        face=face,
        commits=kept,
        checks=_checks(draw, kept, entries, plan.approved_at if plan else None),
        progress=progress_of(rows, work.today),
        days=_days(rows),
        joint=len(await joints.of_draw(work.db, work.scope, bureau, draw_no)),
        short=_short(face),
        difference=await differences.latest(work.db, work.scope, bureau, draw_no),
        lists=await platform_lists.of_draw(work.db, work.scope, bureau, draw_no),
        unsure=reveal_unsure(face, await calendar_for(work, bureau)),
    )


def cut_board(board: DrawBoard, seen: Seen) -> DrawBoard:
    """The board without what the reader's role is not shown; of the lists never who handed them in."""
    cut = replace(
        board,
        draw=seen.of("draw", board.draw),
        face=cut_face(board.face, seen),
        lists=tuple(seen.of("alarm", one) for one in board.lists),
    )
    return seen.of("board", cut, progress=NO_PROGRESS)


def _checks(
    draw: Draw, kept: Sequence[Commit], entries: Sequence[LogEntry], planned: datetime | None
) -> tuple[Check, ...]:
    by_role = {commit.role: commit.at for commit in kept}
    logged = {entry.entry["t"]: entry.at for entry in entries}
    moments: dict[str, datetime | date | None] = {
        "plan": planned,
        "prepared": draw.created_at,
        "commit.platform": by_role.get("platform"),
        "commit.bureau": by_role.get("bureau"),
        "commit.witness": by_role.get("witness"),
        "frozen": draw.frozen_at,
        "escrow": logged.get("escrow"),
        "beacon": logged.get("beacon"),
        "drawn": draw.drawn_at,
        "opened": draw.opened_at,
    }
    wanted = moments if draw.authority == "own" else {"taken": draw.drawn_at, "opened": draw.opened_at}
    return tuple(Check(id, at is not None, at) for id, at in wanted.items())


def _days(rows: Sequence[Task]) -> tuple[DayLine, ...]:
    planned = Counter(task.visit_on for task in rows if task.visit_on and task.state != "cancelled")
    open_ = Counter(task.visit_on for task in rows if task.state in ("dispatched", "arrived"))
    return tuple(DayLine(day, n, n - open_[day]) for day, n in sorted(planned.items()) if day)


def _short(face: DrawFace) -> dict[str, int]:
    """Where fewer were drawn than the plan says."""
    gaps = {row.id: int(row.rule.get("plan", 0)) - row.take for row in face.strata if "again" not in row.id}
    return {stratum: gap for stratum, gap in gaps.items() if gap > 0}
