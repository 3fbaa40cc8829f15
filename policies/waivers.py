"""Waivers of duties kept apart: what may be waived, how long, which days are covered, what ends with it.

Basis: our own separation of duties, no text prescribes it: a bureau with too few people is let off, by its
superior, for named people and days, in public.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from policies.errors import Language

EDITS = "roster_editor+drawer"
# What may be waived, and nothing else: who proposes never approves, the three administrators stay three
# people, and nobody witnesses what the same person draws.
PAIRS: dict[str, dict[Language, str]] = {
    "registry_keeper+drawer": {"zh": "名录管理员兼抽取人", "en": "registry keeper also draws"},
    "registry_keeper+city_drawer": {
        "zh": "名录管理员兼市级抽取人",
        "en": "registry keeper also draws for the city",
    },
    "dispatcher+drawer": {"zh": "派单员兼抽取人", "en": "dispatcher also draws"},
    "dispatcher+city_drawer": {"zh": "派单员兼市级抽取人", "en": "dispatcher also draws for the city"},
    "bureau_admin+drawer": {"zh": "单位管理员兼抽取人", "en": "bureau administrator also draws"},
    "bureau_admin+city_drawer": {
        "zh": "单位管理员兼市级抽取人",
        "en": "bureau administrator also draws for the city",
    },
    EDITS: {"zh": "改过名录的人冻结、执行抽取", "en": "who changed the roster freezes and runs the draw"},
}
STATES: dict[str, dict[Language, str]] = {
    "asked": {"zh": "待上级提出意见", "en": "asked"},
    "proposed": {"zh": "待上级负责人批准", "en": "proposed"},
    "granted": {"zh": "已批准", "en": "granted"},
    "refused": {"zh": "未批准", "en": "refused"},
    "dropped": {"zh": "已撤回申请", "en": "taken back"},
    "withdrawn": {"zh": "已撤销", "en": "withdrawn"},
}


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both inclusive."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Held:
    """A role with its days; `last` None = open. `ended`: it was ended before its time and holds no more."""

    role: str
    first: date
    last: date | None
    ended: bool = False


def pair_of(one: str, other: str) -> str | None:
    """The pair of two roles that may be waived; None for any other two."""
    return next((pair for pair in (f"{one}+{other}", f"{other}+{one}") if pair in PAIRS), None)


def latest(since: date) -> date:
    """The last day a waiver may have: a day less than a year after its first."""
    try:
        year_on = since.replace(year=since.year + 1)
    except ValueError:  # 29 February
        year_on = date(since.year + 1, 2, 28)
    return year_on - timedelta(days=1)


def first_day(since: date, today: date) -> date:
    """The day a waiver granted today begins: never before today."""
    return max(since, today)


def covers(waivers: Iterable[Days], wanted: Days) -> bool:
    """True when the waivers, one after the other, cover every day wanted."""
    day = wanted.first
    for one in sorted(waivers, key=lambda days: days.first):
        if one.first <= day <= one.last:
            day = one.last + timedelta(days=1)
    return day > wanted.last


def reach(waivers: Iterable[Days], start: date) -> date | None:
    """The last day covered without a gap from `start` on; None when `start` is not."""
    day = start
    for one in sorted(waivers, key=lambda days: days.first):
        if one.first <= day <= one.last:
            day = one.last + timedelta(days=1)
    return day - timedelta(days=1) if day > start else None


def excess(pair: str, held: Sequence[Held], today: date, others: Sequence[Days] = ()) -> tuple[Held, ...]:
    """The roles that stand on a waiver of `pair` and end with it: of the two, the one that began last.

    Where both began on one day, the one that draws.

    Args:
        held: the person's roles in that bureau.
        today: the day the waiver ends; what is over by then is left alone.
        others: days of the person's other waivers of the same pair; what they cover goes on.
    """
    one, other = pair.split("+")
    found = []
    for a in (h for h in held if h.role == one and not h.ended):
        for b in (h for h in held if h.role == other and not h.ended):
            last = min(a.last or date.max, b.last or date.max)
            first = max(a.first, b.first, today)
            if first <= last and not covers(others, Days(first, last)):
                found.append(b if b.first >= a.first else a)
    return tuple(dict.fromkeys(found))


def ending(pairs: Mapping[str, Sequence[Days]], held: Sequence[Held], today: date) -> tuple[Held, ...]:
    """The roles that end with a waiver of several pairs: no more of them than must.

    A role that ended for one pair no longer stands against another: what most pairs ask for ends first.

    Args:
        pairs: the pairs waived, each with the days of the person's other waivers of it.
        held: the person's roles in that bureau. today: the day the waiver ends.
    """
    left = list(held)
    done: list[Held] = []
    while True:
        asked = {pair: excess(pair, left, today, others) for pair, others in pairs.items()}
        found = {one for many in asked.values() for one in many}
        if not found:
            return tuple(done)
        open_ = [pair.split("+") for pair, many in asked.items() if many]
        first = max(found, key=lambda one: (sum(one.role in pair for pair in open_), one.first, one.role))
        done.append(first)
        left[left.index(first)] = replace(first, ended=True)
