"""Section 10: changes after the draw, each the lawful next choice."""

from __future__ import annotations

from typing import Any

from .coding import Suite, jcs, lp, moment, text_order
from .teams import Mac, Pool, candidates

REASONS = ("closed_down", "moved_away", "duplicate", "cap_reached", "force_majeure")
FIELDS = {
    "replace": {"by_uid", "team"},
    "substitute": {"oid", "by_oid", "passed_over"},
    "cancel": set[str](),
}
COMMON = {"kind", "uid", "reason", "at", "by"}


def event_hash(suite: Suite, salt: bytes, event: dict[str, Any]) -> bytes:
    """h of an event entry."""
    return suite.hash(lp("rd1/event") + salt + jcs(event))


def form_problem(event: dict[str, Any]) -> str | None:
    """What is wrong with an event's fields."""
    kind = event.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        return "unknown kind"
    if set(event) != COMMON | FIELDS[kind]:
        return "other fields than it should have"
    lists = {"by", "team", "passed_over"} & set(event)
    if not all(isinstance(event[name], str) for name in set(event) - lists):
        return "a field that should be text"
    if not all(isinstance(event[n], list) and all(isinstance(x, str) for x in event[n]) for n in lists):
        return "a field that should be a list of texts"
    try:
        moment(event["at"])
    except ValueError:
        return "its time"
    by = event["by"]
    if len(by) != 2 or by[0] == by[1] or not all(by):
        return "not proposed by one person and approved by another"
    if kind != "substitute" and event["reason"] not in REASONS:
        return "a reason that is not on the list"
    return None


def own_team(pool: Pool, uid: str, mac: Mac) -> list[str]:
    """The first lead and then the first n − 1 others of a site's candidate order, caps aside."""
    order = candidates(pool, uid, mac)
    lead = next((o for o in order if o in pool.leads), None)
    if lead is None:
        return []
    others = [o for o in order if o != lead][: pool.n - 1]
    return sorted([lead, *others], key=text_order)


class Visits:
    """The outstanding visits, changed event by event."""

    def __init__(
        self, pool: Pool, mac: Mac, order: dict[str, list[str]], teams: dict[str, list[str]]
    ) -> None:
        self.pool, self.mac, self.order = pool, mac, order
        self.teams = {u: sorted(team, key=text_order) for u, team in teams.items()}
        self.stratum_of = {u: s for s, uids in order.items() for u in uids}
        self.next_rank = {s: sum(u in teams for u in uids) for s, uids in order.items()}

    def apply(self, event: dict[str, Any]) -> str | None:
        """Carry an event out, or say why it is unlawful."""
        wrong = form_problem(event)
        if wrong:
            return wrong
        uid = event["uid"]
        if uid not in self.teams:
            return "no outstanding visit to that site"
        if event["kind"] == "replace":
            return self._replace(uid, event)
        if event["kind"] == "substitute":
            return self._substitute(uid, event)
        del self.teams[uid]
        return None

    def _replace(self, uid: str, event: dict[str, Any]) -> str | None:
        stratum = self.stratum_of[uid]
        rank = self.next_rank[stratum]
        if rank >= len(self.order[stratum]):
            return "no reserve is left, the visit could only be cancelled"
        by_uid = self.order[stratum][rank]
        if event["by_uid"] != by_uid:
            return f"the next reserve is {by_uid}"
        team = self.teams[uid]
        if not self.pool.lawful(team, by_uid):
            team = own_team(self.pool, by_uid, self.mac)
        if event["team"] != team:
            return f"the team should be {','.join(team)}"
        self.next_rank[stratum] = rank + 1
        del self.teams[uid]
        self.teams[by_uid] = team
        return None

    def _substitute(self, uid: str, event: dict[str, Any]) -> str | None:
        team, oid = self.teams[uid], event["oid"]
        if oid not in team:
            return f"{oid} is not on the team"
        rest = [o for o in team if o != oid]
        order = candidates(self.pool, uid, self.mac)
        eligible = [o for o in order if o not in team and self.pool.lawful([*rest, o], uid)]
        if event["by_oid"] not in eligible:
            return f"{event['by_oid']} may not take the place"
        if event["passed_over"] != eligible[: eligible.index(event["by_oid"])]:
            return "passed_over does not name those who came first"
        self.teams[uid] = sorted([*rest, event["by_oid"]], key=text_order)
        return None
