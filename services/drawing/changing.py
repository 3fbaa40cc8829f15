"""What a change of a drawn list is asked to be, and what the protocol makes of it. Basis: rd1 §10."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from policies.rd1.canonical import suite_of
from policies.rd1.changes import REASONS, Standing, cancel_event, replace_event, substitute_event
from policies.rd1.freeze import officer_salt, pseudonym
from services.drawing.change_errors import BadChange, VisitOver
from services.drawing.pseudonyms import key_of_draw, of_bureau
from services.drawing.roll import Roll
from services.drawing.standing import Opened
from services.work import Work
from tenants.rows import Draw, Task, TaskState

Kind = Literal["replace", "substitute", "cancel"]
KINDS: tuple[Kind, ...] = ("replace", "substitute", "cancel")
OPEN: tuple[TaskState, ...] = ("drawn", "dispatched", "arrived")
LONGEST = 200  # characters of a reason in words; it is published with the bundle
MOST = 50  # steps of one proposal: an officer's visits of some weeks


@dataclass(frozen=True, slots=True)
class Step:
    """One change asked for.

    Attributes:
        slot: the visit.
        reason: of the closed list; of a substitution in words, published when the draw is opened.
        certificate: of a substitution, the officer who cannot go.
        absent: that officer is away for the whole day, so nobody's substitute either.
    """

    kind: Kind
    slot: int
    reason: str
    certificate: str = ""
    absent: bool = False

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Due:
    """What the protocol makes of a step: the event without its two people and its moment.

    Attributes:
        uid: the visit's site. team: pseudonyms on the visit before.
    """

    step: Step
    uid: str
    team: tuple[str, ...]
    event: Mapping[str, Any]

    @property
    def choice(self) -> dict[str, Any]:
        """What the approver approves; people and moment follow at the approval."""
        return {name: value for name, value in self.event.items() if name not in ("by", "at")}


def check_steps(steps: Sequence[Step]) -> None:
    """Refuse what no list could be changed by. Raises BadChange."""
    if not 0 < len(steps) <= MOST:
        raise BadChange(len(steps), need=f"1–{MOST}")
    seen = set()
    for step in steps:
        _check(step)
        mark = (step.slot, step.certificate) if step.kind == "substitute" else step.slot
        if mark in seen:
            raise BadChange(step.slot, need={"zh": "每项检查一次", "en": "each visit once"})
        seen.add(mark)


def _check(step: Step) -> None:
    if step.kind not in KINDS:
        raise BadChange(step.kind[:20], need="、".join(KINDS))
    if step.kind != "substitute" and step.reason not in REASONS:
        raise BadChange(step.reason[:40], need="、".join(REASONS))
    words = step.reason.strip()
    if not words or len(words) > LONGEST or any(ord(one) < 32 for one in words):
        raise BadChange(
            words[:40], need={"zh": f"理由，{LONGEST} 字以内", "en": f"a reason, {LONGEST} at most"}
        )
    if (step.kind == "substitute") != bool(step.certificate):
        raise BadChange(need={"zh": "替换人员须指明被替换的人员", "en": "whom a substitution replaces"})


def due_steps(
    opened: Opened,
    steps: Sequence[Step],
    tasks: Mapping[int, Task],
    uids: Mapping[int, str],
    roll: Roll,
    *,
    by: Sequence[str],
    at: str,
) -> tuple[Due, ...]:
    """The lawful events for the steps, in order; each is applied to the list before the next is looked for.

    Args:
        tasks, uids: visits and their sites by slot.
        by: pseudonyms of proposer and approver.
        at: RFC 3339, not later than the log entries to come.

    Raises:
        VisitOver: a visit is recorded, cancelled or none of the draw.
        NoReserve, NoSubstitute, NotOnTeam, NotDrawn, NoLawfulTeam: the protocol has no such next choice.
    """
    found = []
    for step in steps:
        task = tasks.get(step.slot)
        if task is None or task.state not in OPEN:
            raise VisitOver(step.slot, slot=step.slot)
        uid, standing = uids[step.slot], opened.standing
        team = standing.teams.get(uid, ())
        found.append(Due(step, uid, team, _event(opened, standing, step, task, uid, roll, by, at)))
    return tuple(found)


def _event(
    opened: Opened,
    standing: Standing,
    step: Step,
    task: Task,
    uid: str,
    roll: Roll,
    by: Sequence[str],
    at: str,
) -> dict[str, Any]:
    reason = step.reason.strip()
    if step.kind == "replace":
        return replace_event(standing, uid, reason, by, at)
    if step.kind == "cancel":
        return cancel_event(standing, uid, reason, by, at)
    oid = opened.oid_of(step.certificate)
    return substitute_event(standing, uid, oid, reason, by, at, roll.away(opened, task))


async def hand_of(work: Work, draw: Draw, subject: str) -> str:
    """How an event names who proposed or approved it: "p-" and 16 hex digits, of this draw only.

    The bundle is public and a login is nobody's business; the bureau, which holds the key, can show who it
    was, and its journal names the person.
    """
    suite = suite_of((draw.manifest or {})["suite"])
    bureaus_key = await of_bureau(work, draw.bureau)
    key = key_of_draw(suite, bureaus_key, draw.draw_no)
    named = f"login:{subject}"
    return "p-" + pseudonym(suite, officer_salt(suite, key, named), named).removeprefix("o-")
