"""A leak case for those who handle it: its papers opened, its measures with how far they are."""

from dataclasses import dataclass
from typing import Any

from policies.secrecy.leak import LINKED, OWN
from policies.terms import Basis
from services.fanout import Noted, Spanned, over
from services.leaks.papers import list_part, opened, proposal_part, report_part
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.secrecy_rows import LeakCase, LeakMeasure
from tenants.stores import changes, draws, leaks


@dataclass(frozen=True, slots=True)
class ShownMeasure:
    """A measure with its sealed words, and whether it is carried out: noted, or its linked act approved."""

    measure: LeakMeasure
    name: str
    words: str
    done: bool


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case in clear.

    Attributes:
        words: the report. lines: of the found list. proposal: words of the proposal that counts.
        measures: of that proposal.
    """

    case: LeakCase
    words: str
    lines: tuple[str, ...]
    proposal: str
    measures: tuple[ShownMeasure, ...]


@dataclass(frozen=True, slots=True)
class Sanctions:
    """What the bureau's rules name for people: kind → words, with its basis."""

    names: dict[str, str]
    basis: Basis | None


async def leak_cases(work: Work) -> tuple[LeakCase, ...]:
    """Cases of the own bureau, newest first; no paper is opened."""
    work.require("leak.handle")
    return await leaks.of_bureau(work.db, work.scope, work.scope.bureau)


async def show_leak(work: Work, n: int) -> ShownCase:
    """One case with its papers opened, each journalled. Raises Missing, SealBroken, NoKey."""
    work.require("leak.handle")
    case = await leaks.get(work.db, work.scope, work.scope.bureau, n)
    report = await opened(work, case, report_part(n))
    lines = await opened(work, case, list_part(n)) if case.list_mac else ()
    paper: dict[str, Any] = {"words": "", "measures": []}
    if case.state != "reported":
        paper = await opened(work, case, proposal_part(n, case.proposal))
    return ShownCase(case, report["words"], tuple(lines), paper["words"], await _measures(work, case, paper))


async def sanctions_of(work: Work) -> Sanctions:
    """Sanctions the bureau's own text names. Basis: obligation 25."""
    found = (await rules_for(work, work.scope.bureau)).get("secrecy.sanctions")
    return Sanctions(dict(found.value), found.basis) if found else Sanctions({}, None)


async def open_measures(work: Work, case: LeakCase) -> tuple[ShownMeasure, ...]:
    """Measures of the proposal that counts; no paper is opened, so their words are empty."""
    return await _measures(work, case, {"measures": []})


async def leak_counts(work: Work) -> Spanned[tuple[str, dict[str, int]]]:
    """(Bureau, state → number of cases) of every bureau in sight that has any. Nothing else is told.

    Each bureau below is told that it was read; one whose database does not answer is absent, not "none".
    """
    work.require("leak.count")

    async def read(there: Work, codes: tuple[str, ...]) -> list[tuple[str, dict[str, int]]]:
        found: dict[str, dict[str, int]] = {}
        for bureau, state, number in await leaks.counts(there.db, there.scope):
            if bureau in codes:
                found.setdefault(bureau, {})[state] = number
        return list(found.items())

    noted = Noted("leak.count", "leak cases in numbers")
    return (await over(work, work.scope.visible, read, noted)).sorted_by(lambda one: one[0])


async def _measures(work: Work, case: LeakCase, paper: dict[str, Any]) -> tuple[ShownMeasure, ...]:
    if not case.proposal or case.state == "reported":
        return ()
    names = {kind: words[0] for kind, words in (*LINKED.items(), *OWN.items())}
    names |= (await sanctions_of(work)).names
    kept = await leaks.measures(work.db, work.scope, case.bureau, case.n)
    told = [one["words"] for one in paper["measures"]]
    current = [one for one in kept if one.proposal == case.proposal]
    shown = []
    for one in current:
        done = one.done_at is not None or await carried_out(work, case, one.kind, one.ref)
        words = told[one.k - 1] if one.k <= len(told) else ""
        shown.append(ShownMeasure(one, names.get(one.kind, one.kind), words, done))
    return tuple(shown)


async def carried_out(work: Work, case: LeakCase, kind: str, ref: int | None) -> bool:
    """A linked act counts once it is approved by its own two people."""
    if kind == "void":
        return (await draws.get(work.db, work.scope, case.bureau, case.draw_no)).state == "void"
    if kind == "change" and ref is not None:
        every = await changes.of_draw(work.db, work.scope, case.bureau, case.draw_no)
        return any(p.n == ref and p.approved_at is not None for p in every)
    return False
