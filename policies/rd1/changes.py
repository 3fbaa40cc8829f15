"""Changes after the draw: the next lawful choice, never a free one (protocol §10).

Basis: 昆都仑区 2016 "名单一经确定，不得随意变更".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.rd1 import forms
from policies.rd1.bench import Bench
from policies.rd1.canonical import Suite, jcs, lp, suite_of
from policies.rd1.draw import Drawn, Pick, seed_of
from policies.rd1.draw_errors import EventUnlawful, NoLawfulTeam, NoReserve, NoSubstitute, NotDrawn, NotOnTeam
from policies.rd1.freeze import Lists

REASONS = ("closed_down", "moved_away", "duplicate", "cap_reached", "force_majeure")
"""The closed list of reasons for replacing or cancelling a visit."""

_HEAD = {
    "kind": forms.text,
    "uid": forms.id_,
    "reason": forms.text,
    "at": forms.moment,
    "by": forms.row(forms.id_, forms.id_),
}
_TEAM = forms.listing(forms.id_, 1000)
check_event = forms.variants(
    "kind",
    {
        "replace": forms.fields({**_HEAD, "by_uid": forms.id_, "team": _TEAM}),
        "substitute": forms.fields({**_HEAD, "oid": forms.id_, "by_oid": forms.id_, "passed_over": _TEAM}),
        "cancel": forms.fields(_HEAD),
    },
)
"""Shape of an event: (value, path); raises BadField, MissingField or UnknownField."""


def event_hash(suite: Suite, salt: bytes, event: Mapping[str, Any]) -> bytes:
    """h = H(LP("rd1/event")‖salt‖JCS(event)); salt is 16 random bytes of this event."""
    return suite.h(lp("rd1/event") + salt + jcs(dict(event)))


@dataclass(frozen=True, slots=True)
class Replacement:
    """The next reserve and its team (ids, sorted)."""

    by_uid: str
    team: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Substitution:
    """Who steps in, and who was passed over as on leave, in the visit's candidate order."""

    by_oid: str
    passed_over: tuple[str, ...]


class Standing:
    """Visits of a draw as they stand after its changes so far.

    Args:
        bench: the committed officers with k_assign (also with fixed crews: changes go officer by officer).
        order: all sites by stratum in ticket order.
        picks: the drawn sites.
        teams: drawn teams, sorted ids by site.
    """

    def __init__(
        self,
        bench: Bench,
        order: Mapping[str, Sequence[str]],
        picks: Iterable[Pick],
        teams: Mapping[str, Sequence[str]],
    ) -> None:
        self._bench = bench
        self._order = order
        self._place = {oid: i for i, oid in enumerate(bench.ids)}
        self._next = dict.fromkeys(order, 0)
        self._stratum: dict[str, str] = {}
        for pick in picks:
            self._stratum[pick.uid] = pick.stratum
            self._next[pick.stratum] += 1
        self.teams: dict[str, tuple[str, ...]] = {uid: tuple(teams[uid]) for uid in self._stratum}

    def _team(self, uid: str) -> tuple[str, ...]:
        if uid not in self.teams:
            raise NotDrawn(uid, uid=uid)
        return self.teams[uid]

    def candidates(self, uid: str) -> list[str]:
        """Officers with cap > 0 not banned for the site, in its candidate order."""
        return [self._bench.ids[i] for i in self._bench.candidates(uid)]

    def lawful(self, team: Iterable[str], uid: str) -> bool:
        """True when these officers are a lawful team for the site."""
        return self._bench.lawful([self._place[oid] for oid in team], uid)

    def replacement(self, uid: str) -> Replacement:
        """The site and team that replace a visit.

        Raises:
            NotDrawn: no standing visit.
            NoReserve: the stratum has no unused rank left; the visit can only be cancelled.
        """
        team = self._team(uid)
        stratum = self._stratum[uid]
        reserve = self._order[stratum][self._next[stratum] :]
        if not reserve:
            raise NoReserve(stratum, stratum=stratum)
        by_uid = reserve[0]
        return Replacement(by_uid, team if self.lawful(team, by_uid) else self._fresh(by_uid))

    def _fresh(self, uid: str) -> tuple[str, ...]:
        bench = self._bench
        order = bench.candidates(uid)
        lead = next((i for i in order if bench.leads[i]), None)
        if lead is None or len(order) < bench.size:
            raise NoLawfulTeam(uid=uid)
        others = [i for i in order if i != lead][: bench.size - 1]
        return tuple(bench.ids[i] for i in sorted([lead, *others]))

    def eligible(self, uid: str, oid: str) -> list[str]:
        """Who may step in for an officer, in the visit's candidate order, leave aside.

        Raises:
            NotDrawn, NotOnTeam.
        """
        team = self._team(uid)
        if oid not in team:
            raise NotOnTeam(oid, uid=uid, oid=oid)
        rest = [one for one in team if one != oid]
        return [one for one in self.candidates(uid) if one not in team and self.lawful([*rest, one], uid)]

    def substitution(self, uid: str, oid: str, on_leave: Collection[str]) -> Substitution:
        """The first eligible officer who is not on leave that day.

        Raises:
            NotDrawn, NotOnTeam.
            NoSubstitute: everyone eligible is on leave, or nobody is eligible.
        """
        eligible = self.eligible(uid, oid)
        for i, one in enumerate(eligible):
            if one not in on_leave:
                return Substitution(one, tuple(eligible[:i]))
        raise NoSubstitute(uid, uid=uid)

    def apply(self, event: Mapping[str, Any], place: int = 0) -> None:
        """Check that an event is the lawful next choice, and let it stand.

        Args:
            event: of the form `check_event` passes.
            place: its number, for the message.

        Raises:
            EventUnlawful: another choice than the protocol's, a reason not on the list, or proposer and
                approver are one person.
            NotDrawn, NotOnTeam, NoReserve.
        """
        if event["by"][0] == event["by"][1]:
            raise EventUnlawful(event["by"][0], place=place, path="by", expected="proposer ≠ approver")
        if event["kind"] != "substitute" and event["reason"] not in REASONS:
            raise EventUnlawful(event["reason"], place=place, path="reason", expected=", ".join(REASONS))
        {"replace": self._replace, "substitute": self._substitute, "cancel": self._cancel}[event["kind"]](
            event, place
        )

    def _replace(self, event: Mapping[str, Any], place: int) -> None:
        uid, due = event["uid"], self.replacement(event["uid"])
        _expect(event["by_uid"], due.by_uid, place, "by_uid")
        _expect(list(event["team"]), list(due.team), place, "team")
        stratum = self._stratum[uid]
        del self.teams[uid]
        self._next[stratum] += 1
        self._stratum[due.by_uid] = stratum
        self.teams[due.by_uid] = due.team

    def _substitute(self, event: Mapping[str, Any], place: int) -> None:
        uid, eligible = event["uid"], self.eligible(event["uid"], event["oid"])
        if event["by_oid"] not in eligible:
            raise EventUnlawful(event["by_oid"], place=place, path="by_oid", expected=", ".join(eligible[:3]))
        due = eligible[: eligible.index(event["by_oid"])]
        _expect(list(event["passed_over"]), due, place, "passed_over")
        rest = [one for one in self.teams[uid] if one != event["oid"]]
        self.teams[uid] = tuple(sorted([*rest, event["by_oid"]]))

    def _cancel(self, event: Mapping[str, Any], place: int) -> None:
        self._team(event["uid"])
        del self.teams[event["uid"]]


def _expect(got: object, due: object, place: int, path: str) -> None:
    if got != due:
        raise EventUnlawful(got, place=place, path=path, expected=due)


def standing_after(
    manifest: Mapping[str, Any], lists: Lists, drawn: Drawn, events: Iterable[Mapping[str, Any]] = ()
) -> Standing:
    """The visits of a draw after its changes so far; raises what `Standing.apply` raises.

    Args:
        manifest, lists: as frozen; drawn: from `draw.draw`; events: in log order.
    """
    assign = seed_of(suite_of(manifest["suite"]), drawn.prk).assign
    bench = Bench.of(assign, manifest["team"], lists.officers, lists.bans)
    standing = Standing(bench, drawn.order, drawn.picks, drawn.teams)
    for place, event in enumerate(events, 1):
        check_event(event, f"events {place}")
        standing.apply(event, place)
    return standing


def replace_event(standing: Standing, uid: str, reason: str, by: Sequence[str], at: str) -> dict[str, Any]:
    """A replacement by the next reserve; raises what `Standing.replacement` and the form raise."""
    due = standing.replacement(uid)
    return _event(standing, "replace", uid, reason, by, at, by_uid=due.by_uid, team=list(due.team))


def substitute_event(
    standing: Standing,
    uid: str,
    oid: str,
    reason: str,
    by: Sequence[str],
    at: str,
    on_leave: Collection[str] = (),
) -> dict[str, Any]:
    """A substitution by the first eligible officer not on leave; `reason` is free text."""
    due = standing.substitution(uid, oid, on_leave)
    passed = list(due.passed_over)
    return _event(standing, "substitute", uid, reason, by, at, oid=oid, by_oid=due.by_oid, passed_over=passed)


def cancel_event(standing: Standing, uid: str, reason: str, by: Sequence[str], at: str) -> dict[str, Any]:
    """A visit called off for a reason of the closed list."""
    return _event(standing, "cancel", uid, reason, by, at)


def _event(
    standing: Standing, kind: str, uid: str, reason: str, by: Sequence[str], at: str, **more: Any
) -> dict[str, Any]:
    event = {"kind": kind, "uid": uid, "reason": reason, "at": at, "by": list(by), **more}
    check_event(event, "event")
    standing.apply(event)
    return event
