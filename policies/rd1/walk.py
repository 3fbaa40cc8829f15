"""The seeded walk that mixes the teams (protocol §7, Walk). The hot loop of a draw and of its check."""

from collections.abc import Mapping, Sequence
from struct import Struct

from policies.rd1.bench import Bench, bits
from policies.rd1.canonical import lp

_EIGHT = Struct(">8I").unpack
_FOUR = Struct(">I").pack


def walk(bench: Bench, teams: Mapping[str, Sequence[int]], per_slot: int) -> dict[str, tuple[int, ...]]:
    """Teams after per_slot · n · visits steps, as sorted positions of the bench.

    Positions sort as ids do, so a sorted team here is the protocol's "list kept sorted by id".

    Args:
        bench: officers or crews in committed order.
        teams: lawful teams by site, as `pairing.start` gives them.
        per_slot: `walk_per_slot` of the manifest.
    """
    places = sorted(teams)
    now = [sorted(teams[uid]) for uid in places]
    visits, n, everyone = len(places), bench.size, len(bench.ids)
    if not visits:
        return {}
    lead_bits = bench.lead_bits
    allowed = [bench.allowed_bits(uid) for uid in places]
    held = [bits(team) for team in now]
    loads, caps = bench.loads(now), bench.caps
    mac, head = bench.mac, lp("walk")

    for step in range(per_slot * n * visits):
        r0, r1, r2, r3, r4, _, _, _ = _EIGHT(mac(head + _FOUR(step)))
        u = r1 % visits
        a = now[u][r3 % n]
        if r0 & 1:
            v = r2 % visits
            if u == v:
                continue
            b = now[v][r4 % n]
            if a == b:
                continue  # exchanging an officer with themself changes nothing
            less_u, less_v = held[u] ^ 1 << a, held[v] ^ 1 << b
            new_u, new_v = less_u | 1 << b, less_v | 1 << a
            if less_u == new_u or less_v == new_v or not (allowed[u] >> b & 1 and allowed[v] >> a & 1):
                continue
            if new_u & lead_bits and new_v & lead_bits:
                _put(now[u], a, b)
                _put(now[v], b, a)
                held[u], held[v] = new_u, new_v
            continue
        b = r2 % everyone
        load = loads[b]
        if load != loads[a] - 1 or load >= caps[b] or held[u] >> b & 1 or not allowed[u] >> b & 1:
            continue
        new_u = held[u] ^ 1 << a | 1 << b
        if new_u & lead_bits:
            _put(now[u], a, b)
            held[u] = new_u
            loads[a] -= 1
            loads[b] += 1
    return {uid: tuple(team) for uid, team in zip(places, now, strict=True)}


def _put(team: list[int], out: int, into: int) -> None:
    team.remove(out)
    team.append(into)
    team.sort()
