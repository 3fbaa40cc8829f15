"""Start and walk against plain readings of the protocol, without any of the shortcuts."""

from itertools import combinations, product
from struct import unpack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.rd1.bench import Bench
from policies.rd1.canonical import SUITES, lp, u32
from policies.rd1.crews import as_bench, deal
from policies.rd1.draw_errors import NoLawfulTeam, TooFewForCrews
from policies.rd1.pairing import start
from policies.rd1.walk import walk


@st.composite
def benches(draw: st.DrawFn) -> tuple[Bench, list[str]]:
    size = draw(st.integers(1, 3))
    officers = [
        (f"o{i:02d}", int(draw(st.booleans())), draw(st.sampled_from([0, 1, 1, 2, 3, 100])))
        for i in range(draw(st.integers(size, 6)))
    ]
    uids = [f"u{i:02d}" for i in range(draw(st.integers(0, 6)))]
    pairs = [(oid, uid) for oid, _, _ in officers for uid in uids]
    bans = draw(st.sets(st.sampled_from(pairs), max_size=6)) if pairs else set()
    mac = SUITES[1].keyed(draw(st.binary(min_size=4, max_size=4)))
    return Bench.of(mac, size, officers, sorted(bans)), uids


def plain_start(bench: Bench, uids: list[str]) -> dict[str, tuple[int, ...]] | None:
    """Every level, every search from scratch."""
    order, n = bench.visit_order(uids), bench.size
    holder: dict[tuple[str, int], int] = {}
    largest = max(bench.caps, default=0)
    if not all(len(bench.allowed(u)) >= n and any(bench.leads[i] for i in bench.allowed(u)) for u in uids):
        return None
    level = 0
    while len(holder) < n * len(order):
        level += 1
        room = [min(cap, level) + max(0, level - largest) for cap in bench.caps]
        for u, r in product(order, range(n)):
            if (u, r) not in holder:
                plain_fill(bench, order, holder, room, (u, r))
    return {u: tuple(holder[u, r] for r in range(n)) for u in sorted(uids)}


def plain_fill(
    bench: Bench,
    order: list[str],
    holder: dict[tuple[str, int], int],
    room: list[int],
    first: tuple[str, int],
) -> None:
    queue, parent, reached = [first], {first: first}, set()
    for u, r in queue:
        for who in bench.candidates(u):
            if (r == 0 and not bench.leads[who]) or holder.get((u, r)) == who:
                continue
            theirs = [(v, s) for v in order for s in range(bench.size) if holder.get((v, s)) == who]
            here = [slot for slot in theirs if slot[0] == u]
            if not here and len(theirs) < room[who]:
                slot, gets = (u, r), who
                while True:
                    given_up = holder.get(slot)
                    holder[slot] = gets
                    if slot == first:
                        return
                    assert given_up is not None
                    slot, gets = parent[slot], given_up
            if not here:
                here = [] if who in reached else theirs
                reached.add(who)
            for slot in here:
                if slot not in parent:
                    parent[slot] = (u, r)
                    queue.append(slot)


def plain_walk(bench: Bench, teams: dict[str, tuple[int, ...]], per_slot: int) -> dict[str, tuple[int, ...]]:
    sel, now = sorted(teams), {u: sorted(team) for u, team in teams.items()}
    for step in range(per_slot * bench.size * len(sel)):
        r = unpack(">8I", bench.mac(lp("walk") + u32(step)))
        u = sel[r[1] % len(sel)]
        if r[0] % 2:
            v = sel[r[2] % len(sel)]
            if u != v:
                a, b = now[u][r[3] % bench.size], now[v][r[4] % bench.size]
                new_u = sorted([*(i for i in now[u] if i != a), b])
                new_v = sorted([*(i for i in now[v] if i != b), a])
                if bench.lawful(new_u, u) and bench.lawful(new_v, v):
                    now[u], now[v] = new_u, new_v
        else:
            b, a = r[2] % len(bench.ids), now[u][r[3] % bench.size]
            loads = bench.loads(now.values())
            new_u = sorted([*(i for i in now[u] if i != a), b])
            if loads[b] == loads[a] - 1 and loads[b] + 1 <= bench.caps[b] and bench.lawful(new_u, u):
                now[u] = new_u
    return {u: tuple(team) for u, team in now.items()}


@settings(max_examples=150, deadline=None)
@given(benches())
def test_start_and_walk_are_the_plain_ones(case: tuple[Bench, list[str]]) -> None:
    bench, uids = case
    plain = plain_start(bench, uids)
    if plain is None:
        with pytest.raises(NoLawfulTeam):
            start(bench, uids)
        return
    got = start(bench, uids)
    assert got == plain
    assert all(bench.lawful(team, uid) and bench.leads[team[0]] for uid, team in got.items())
    walked = walk(bench, got, 10)
    assert walked == plain_walk(bench, got, 10)
    assert all(bench.lawful(team, uid) for uid, team in walked.items())
    assert sorted(bench.loads(walked.values())) == sorted(bench.loads(got.values()))


@settings(max_examples=60, deadline=None)
@given(benches())
def test_within_the_caps_and_even_whenever_that_is_possible(case: tuple[Bench, list[str]]) -> None:
    bench, uids = case
    uids = uids[:3]
    choices = [
        [team for team in combinations(range(len(bench.ids)), bench.size) if bench.lawful(team, u)]
        for u in uids
    ]
    loads = [bench.loads(picked) for picked in product(*choices)]
    within = [load for load in loads if all(n <= cap for n, cap in zip(load, bench.caps, strict=True))]
    if within and uids:
        got = bench.loads(start(bench, uids).values())
        assert got in within
        assert sum(n * n for n in got) == min(sum(n * n for n in load) for load in within)


def officers(count: int, leads: int) -> list[tuple[str, int, int]]:
    return [(f"o{i:02d}", int(i < leads), i % 3) for i in range(count)]


def test_crews_are_dealt_round_and_round() -> None:
    bench = Bench.of(SUITES[1].keyed(b"key"), 3, officers(20, 10), [("o01", "u1")])
    crews = deal(bench, 3)
    assert list(crews) == ["c001", "c002", "c003"]
    members = [i for team in crews.values() for i in team]
    assert len(set(members)) == 9 and all(bench.caps[i] > 0 for i in members)
    assert all(bench.leads[team[0]] for team in crews.values())
    as_officers = as_bench(bench, crews)
    assert as_officers.size == 1 and as_officers.caps == tuple(
        min(bench.caps[i] for i in t) for t in crews.values()
    )
    banned = {i for i, team in enumerate(crews.values()) if 1 in team}
    assert as_officers.banned["u1"] == banned


@pytest.mark.parametrize(("count", "leads", "crews"), [(20, 1, 3), (8, 8, 3)])
def test_too_few_for_the_crews(count: int, leads: int, crews: int) -> None:
    with pytest.raises(TooFewForCrews):
        deal(Bench.of(SUITES[1].keyed(b"key"), 3, officers(count, leads), []), crews)


def test_a_huge_cap_does_not_make_a_long_search() -> None:
    rows = [("o1", 1, 2**32 - 1), ("o2", 1, 1), ("o3", 0, 1)]
    bans = [("o1", "u1"), ("o1", "u2"), ("o1", "u3")]
    teams = start(Bench.of(SUITES[1].keyed(b"key"), 2, rows, bans), ["u1", "u2", "u3"])
    assert all(team == (1, 2) for team in teams.values())


def test_nobody_to_send() -> None:
    assert start(Bench.of(SUITES[1].keyed(b"key"), 2, [], []), []) == {}
    with pytest.raises(NoLawfulTeam):
        start(Bench.of(SUITES[1].keyed(b"key"), 2, [("o1", 1, 5)], []), ["u1"])
