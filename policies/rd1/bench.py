"""Who may visit what, in which order: the view of officers (or crews) that teams are made from (§7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from policies.rd1.canonical import Keyed, lp


def bits(positions: Iterable[int]) -> int:
    """A set of positions as an integer, bit i for position i."""
    found = 0
    for i in positions:
        found |= 1 << i
    return found


@dataclass(frozen=True)
class Bench:
    """Officers or crews in committed order, referred to by their position.

    Attributes:
        mac: MAC keyed with k_assign.
        size: members of a team, n; 1 for fixed crews.
        ids: ids in committed order, so positions sort as ids do.
        leads: may take the role L.
        caps: most visits in this draw.
        banned: positions by site.
    """

    mac: Keyed
    size: int
    ids: tuple[str, ...]
    leads: tuple[bool, ...]
    caps: tuple[int, ...]
    banned: Mapping[str, frozenset[int]]

    @classmethod
    def of(
        cls,
        mac: Keyed,
        size: int,
        officers: Iterable[tuple[str, int, int]],
        bans: Iterable[tuple[str, str]],
    ) -> "Bench":
        """The bench of the committed lists; bans of officers who are not listed have no effect."""
        rows = tuple(officers)
        place = {oid: i for i, (oid, _, _) in enumerate(rows)}
        banned: dict[str, set[int]] = {}
        for oid, uid in bans:
            if oid in place:
                banned.setdefault(uid, set()).add(place[oid])
        return cls(
            mac,
            size,
            tuple(oid for oid, _, _ in rows),
            tuple(bool(lead) for _, lead, _ in rows),
            tuple(cap for _, _, cap in rows),
            {uid: frozenset(who) for uid, who in banned.items()},
        )

    def allowed(self, uid: str) -> list[int]:
        """Positions with cap > 0 that are not banned for the site, in committed order."""
        banned = self.banned.get(uid, frozenset())
        return [i for i, cap in enumerate(self.caps) if cap > 0 and i not in banned]

    @cached_property
    def able_bits(self) -> int:
        """Positions with cap > 0, as bits."""
        return bits(i for i, cap in enumerate(self.caps) if cap > 0)

    @cached_property
    def lead_bits(self) -> int:
        """Positions that may take the role L, as bits."""
        return bits(i for i, lead in enumerate(self.leads) if lead)

    def allowed_bits(self, uid: str) -> int:
        """`allowed`, as bits."""
        return self.able_bits & ~bits(self.banned.get(uid, ()))

    def candidates(self, uid: str) -> list[int]:
        """Allowed positions by MAC(k_assign, LP("pri")‖LP(o)‖LP(u)), ties by id."""
        mac, head, tail, ids = self.mac, lp("pri"), lp(uid), self.ids
        priority = {i: mac(head + lp(ids[i]) + tail) for i in self.allowed(uid)}
        return sorted(priority, key=priority.__getitem__)  # a stable sort: ties stay in order of ids

    def lawful(self, team: Collection[int], uid: str) -> bool:
        """True for n different officers with cap > 0, none banned for the site, one of them a lead."""
        banned = self.banned.get(uid, frozenset())
        return (
            len(team) == self.size == len(set(team))
            and all(self.caps[i] > 0 and i not in banned for i in team)
            and any(self.leads[i] for i in team)
        )

    def visit_order(self, uids: Iterable[str]) -> list[str]:
        """Sites by MAC(k_assign, LP("visit")‖LP(u)), ties by id."""
        mac, head = self.mac, lp("visit")
        return sorted(uids, key=lambda uid: (mac(head + lp(uid)), uid))

    def loads(self, teams: Iterable[Sequence[int]]) -> list[int]:
        """Visits by position."""
        loads = [0] * len(self.ids)
        for team in teams:
            for i in team:
                loads[i] += 1
        return loads
