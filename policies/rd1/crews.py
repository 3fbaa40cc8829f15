"""Fixed crews: the same people for the day, drawn once (protocol §7, Fixed crews)."""

from policies.rd1.bench import Bench
from policies.rd1.canonical import lp
from policies.rd1.draw_errors import TooFewForCrews


def deal(bench: Bench, count: int) -> dict[str, tuple[int, ...]]:
    """Crews by name as positions of the bench, lead first, in order c001, c002, …

    Raises:
        TooFewForCrews: fewer than `count` leads, or count·n officers with cap > 0.
    """
    mac, head = bench.mac, lp("crew")
    able = (i for i, cap in enumerate(bench.caps) if cap > 0)
    deck = sorted(able, key=lambda i: (mac(head + lp(bench.ids[i])), i))
    leads = [i for i in deck if bench.leads[i]][:count]
    if len(leads) < count:
        raise TooFewForCrews(len(leads), what="lead", needed=count)
    if len(deck) < count * bench.size:
        raise TooFewForCrews(len(deck), what="officers", needed=count * bench.size)
    taken = set(leads)
    others = [i for i in deck if i not in taken]
    return {
        f"c{i + 1:03d}": (lead, *others[i : count * (bench.size - 1) : count]) for i, lead in enumerate(leads)
    }


def as_bench(bench: Bench, crews: dict[str, tuple[int, ...]]) -> Bench:
    """Crews in place of officers: n = 1, every crew may lead, smallest cap, banned where a member is."""
    members = [frozenset(team) for team in crews.values()]
    banned = {
        uid: frozenset(i for i, team in enumerate(members) if team & who) for uid, who in bench.banned.items()
    }
    return Bench(
        bench.mac,
        1,
        tuple(crews),
        (True,) * len(crews),
        tuple(min(bench.caps[i] for i in team) for team in crews.values()),
        banned,
    )
