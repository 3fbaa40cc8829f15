"""Who of a bureau can go on a visit, and from where it is known that somebody cannot. Basis: rd1 §10.

The protocol passes over whoever is away; that they were is what no software can prove. So every absence
names its source, and whoever approves a change sees it before approving.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from policies.terms import Officer
from services.drawing.standing import Opened
from services.work import Work
from tenants.rows import Declaration, Draw, Task
from tenants.stores import declarations, members, officers

SourceKind = Literal["unlisted", "certificate", "leave", "absence", "recusal"]
Soon = Sequence[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class Source:
    """From where it is known that an officer cannot go.

    Attributes:
        kind: not on the list of officers any more; certificate not valid that day; leave entered in the list
            of officers; absence or recusal declared.
        by, at: of a declaration, the name of who made it and when; None when it comes with the proposal.
        by_proposer: whoever proposes the change declared it.
    """

    kind: SourceKind
    by: str = ""
    at: datetime | None = None
    by_proposer: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """Who of the bureau can go on a visit.

    Attributes:
        people: officers by certificate, as they are now.
        declared: declarations that stand, by certificate.
        soon: (certificate, day) of absences that are declared with the proposal looked at.
        proposer: subject of who proposes. names: of logins, by subject.
        today: in China.
    """

    people: Mapping[str, Officer]
    declared: Mapping[str, Sequence[Declaration]]
    soon: Collection[tuple[str, date]]
    proposer: str
    names: Mapping[str, str]
    today: date

    def day_of(self, task: Task) -> date:
        """The day for which somebody is needed: that of the visit, today when it is not set or past."""
        return max(task.visit_on or self.today, self.today)

    def away(self, opened: Opened, task: Task) -> frozenset[str]:
        """Pseudonyms of those on leave that day: by the roster, declared, or without a valid certificate."""
        listed = opened.names["officers"].items()
        return frozenset(oid for oid, one in listed if self.cannot(one["certificate"], task))

    def cannot(self, certificate: str, task: Task) -> bool:
        """True when this officer cannot go on the visit on its day."""
        return bool(self.sources(certificate, task))

    def sources(self, certificate: str, task: Task) -> tuple[Source, ...]:
        """Everything that says so; empty for an officer who can go."""
        officer, day = self.people.get(certificate), self.day_of(task)
        if officer is None:
            return (Source("unlisted"),)
        found = [Source("certificate")] if officer.valid_until < day else []
        if any(first <= day <= last for first, last in officer.leave):
            found.append(Source("leave"))
        found += [self._source(one) for one in self._of(certificate, task)]
        if (certificate, day) in self.soon and not any(one.kind == "absence" for one in found):
            found.append(Source("absence", self._name(self.proposer), None, True))
        return tuple(found)

    def rested(self, certificate: str, task: Task) -> tuple[UUID, ...]:
        """The declarations an event about this officer and visit rests on."""
        return tuple(one.id for one in self._of(certificate, task))

    def _of(self, certificate: str, task: Task) -> list[Declaration]:
        day, visit = self.day_of(task), (task.draw_no, task.slot)
        return [
            one
            for one in self.declared.get(certificate, ())
            if (one.day == day if one.kind == "absence" else (one.draw_no, one.slot) == visit)
        ]

    def _source(self, one: Declaration) -> Source:
        return Source(one.kind, self._name(one.by), one.at, bool(one.by) and one.by == self.proposer)

    def _name(self, subject: str) -> str:
        return self.names.get(subject, subject)


async def roll_of(
    work: Work, draw: Draw, every: Sequence[Task], more: Soon = (), *, proposer: str = ""
) -> Roll:
    """The roll for some visits of a draw.

    Args:
        every: the visits in question.
        more: absences about to be declared with a proposal, as (certificate, day).
        proposer: subject of who proposes the change looked at.
    """
    people = await officers.all_of(work.db, work.scope, draw.bureau)
    found = list(await declarations.of_draw(work.db, work.scope, draw.bureau, draw.draw_no))
    for day in sorted({max(task.visit_on or work.today, work.today) for task in every}):
        found += await declarations.on_day(work.db, work.scope, draw.bureau, day)
    declared: dict[str, list[Declaration]] = {}
    for one in found:
        declared.setdefault(one.certificate, []).append(one)
    logins = await members.in_bureau(work.control, work.scope, draw.bureau) if proposer else ()
    names = {one.subject: one.name for one in logins}
    return Roll(
        {one.certificate: one for one in people}, declared, frozenset(more), proposer, names, work.today
    )
