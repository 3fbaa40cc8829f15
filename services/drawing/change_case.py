"""Everything a change is judged by, opened together, and what people who may see it are shown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from services.drawing.changing import Due, Kind, Step, due_steps
from services.drawing.roll import Roll, Soon, Source, roll_of
from services.drawing.standing import Opened, open_standing
from services.work import Work
from tenants.rows import Draw, Task
from tenants.sealed import open_tasks
from tenants.stores import officers, tasks

WHY = "变更抽中名单"


@dataclass(frozen=True, slots=True)
class Case:
    """A draw's list and the visits at hand in clear.

    Attributes:
        tasks: every visit of the draw by slot. payloads: the sealed payloads of the visits at hand.
        dues: what the protocol makes of the steps, in order.
    """

    draw: Draw
    opened: Opened
    tasks: Mapping[int, Task]
    payloads: dict[int, dict[str, Any]]
    roll: Roll
    dues: tuple[Due, ...]


async def open_case(
    work: Work,
    draw: Draw,
    steps: Sequence[Step],
    *,
    by: Sequence[str],
    at: str,
    proposer: str,
    more: Soon = (),
    why: str = WHY,
) -> Case:
    """Open the list and the visits of some steps, and find the lawful events for them.

    Args:
        by: pseudonyms of proposer and approver. at: moment of the events.
        proposer: subject of who proposes; what that person declared is marked.
        more: absences not declared yet, as (certificate, day).

    Raises: see `due_steps`.
    """
    every = {t.slot: t for t in await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)}
    slots = sorted({step.slot for step in steps} & every.keys())
    payloads = await open_payloads(work, draw.draw_no, slots, why)
    opened = await open_standing(work, draw, why=why)
    roll = await roll_of(work, draw, [every[slot] for slot in slots], more, proposer=proposer)
    uids = {slot: str(one["uid"]) for slot, one in payloads.items()}
    dues = due_steps(opened, steps, every, uids, roll, by=by, at=at)
    return Case(draw, opened, every, payloads, roll, dues)


async def open_payloads(
    work: Work, draw_no: int, slots: Sequence[int], why: str
) -> dict[int, dict[str, Any]]:
    """Sealed payloads of own visits by slot, as they stand; journalled."""
    found = await open_tasks(
        work.db,
        work.scope,
        work.app.keys,
        work.scope.bureau,
        draw_no,
        list(slots),
        actor=work.principal,
        why=why,
        at=work.now,
    )
    return {slot: json.loads(plain) for slot, plain in found}


def concerned(case: Case) -> frozenset[str]:
    """Certificates of everybody who is on a team before or after the changes."""
    oids: set[str] = set()
    for due in case.dues:
        oids |= {*due.team, *due.event.get("team", ()), due.event.get("by_oid", due.uid)}
    people = case.opened.names["officers"]
    return frozenset(people[oid]["certificate"] for oid in oids if oid in people)


async def certificates_of(work: Work) -> frozenset[str]:
    """Certificates that belong to the person acting; none for who is no officer."""
    found = await officers.of_person(work.db, work.scope, work.scope.bureau, work.principal.subject)
    own = {work.principal.certificate} - {""}
    return frozenset(own | {one.certificate for one in found})


@dataclass(frozen=True, slots=True)
class Passed:
    """An officer passed over, and every source that says the officer cannot go; at least one."""

    name: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A change as those see it who may propose or approve it.

    Attributes:
        site: name and code of the visit's site. team: names before the change.
        out, into: names of who leaves and who steps in. passed: those passed over, in order.
        reserve: name and code of the site that comes in; "" unless the person dispatches visits.
        then: names of the team of the replacing visit.
    """

    kind: Kind
    slot: int
    state: str
    visit_on: date | None
    site: str
    code: str
    reason: str
    team: tuple[str, ...]
    out: str
    into: str
    passed: tuple[Passed, ...]
    stratum: str
    rank: int | None
    reserve: str
    then: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


def shown(case: Case, *, reserve: bool) -> tuple[Shown, ...]:
    """The dues in words.

    Args:
        reserve: the person may read sealed lists, so the site that comes in is named.
    """
    return tuple(_shown(case, due, reserve) for due in case.dues)


def _shown(case: Case, due: Due, reserve: bool) -> Shown:
    task, event, opened = case.tasks[due.step.slot], due.event, case.opened
    site = opened.site(due.uid)
    by_uid = str(event.get("by_uid", ""))
    stratum, rank = opened.stratum_of(by_uid) if by_uid else (opened.stratum_of(due.uid)[0], None)
    return Shown(
        kind=due.step.kind,
        slot=task.slot,
        state=task.state,
        visit_on=task.visit_on,
        site=str(site["name"]),
        code=due.uid,
        reason=due.step.reason,
        team=_names(opened, due.team),
        out=_name(opened, event.get("oid", "")),
        into=_name(opened, event.get("by_oid", "")),
        passed=_passed(case, task, event.get("passed_over", ())),
        stratum=stratum,
        rank=rank,
        reserve=f"{opened.site(by_uid)['name']}（{by_uid}）" if by_uid and reserve else "",
        then=_names(opened, event.get("team", ())),
    )


def _passed(case: Case, task: Task, oids: Sequence[str]) -> tuple[Passed, ...]:
    people = [case.opened.officer(oid) for oid in oids]
    return tuple(Passed(one["name"], case.roll.sources(one["certificate"], task)) for one in people)


def _name(opened: Opened, oid: str) -> str:
    return str(opened.officer(oid)["name"]) if oid else ""


def _names(opened: Opened, oids: Sequence[str]) -> tuple[str, ...]:
    return tuple(_name(opened, oid) for oid in oids)
