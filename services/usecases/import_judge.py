"""How a file is judged by a bureau's rules and against its roster. Keeps nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Generic, TypeVar

from policies.errors import Problem
from policies.roster import (
    OFFICER_LAYOUT,
    OfficerContext,
    RosterCheck,
    RosterDiff,
    SiteContext,
    check_officers,
    check_sites,
    diff_officers,
    diff_sites,
)
from policies.roster.tabular import Layout, Row, Table
from policies.rulebook.roster_parts import Section
from policies.terms import Officer, Period, Site
from services.geo import division_names, inside, outline
from services.ruling.key_lists import YearList, list_in_force
from services.ruling.roster_form import RosterForm, roster_form
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.import_rows import RosterKind
from tenants.rows import Counts
from tenants.stores import bulk, bureaus, officers, sites

T = TypeVar("T", Site, Officer)
ACTIONS: dict[RosterKind, str] = {"sites": "site.import", "officers": "officer.import"}
PAGE = 1000  # rows of the kept roster read at once, so that the desk is never held up
PACE = 0.4  # seconds between two words about progress

#: Told how far it is: stage (read, check, store), rows done, rows in all.
Step = Callable[[str, int, int], Awaitable[None]]


async def silent(stage: str, done: int, total: int) -> None:
    """A step nobody watches."""


@dataclass(frozen=True, slots=True)
class Judging(Generic[T]):
    """How one kind of roster of a bureau is read, judged, compared and kept.

    Attributes:
        check: a table's rows → outcome; takes processor time, touches nothing.
        kept: the roster as it stands. diff: of it and accepted rows. upsert: keeps accepted rows.
        said: what the report names beside the rows, e.g. the key list that was used.
    """

    kind: RosterKind
    layout: Layout
    check: Callable[[Table], RosterCheck[T]] = field(repr=False)
    kept: Callable[[], Awaitable[tuple[T, ...]]] = field(repr=False)
    diff: Callable[[tuple[T, ...], tuple[T, ...]], RosterDiff[T]] = field(repr=False)
    upsert: Callable[..., Awaitable[Counts]] = field(repr=False)
    said: dict[str, Any] = field(default_factory=dict)


async def judging_of(work: Work, kind: RosterKind) -> Judging[Any]:
    """How a file of the kind is judged by the rules of today."""
    return await site_judging(work) if kind == "sites" else await officer_judging(work)


async def site_judging(
    work: Work, key_list: frozenset[str] | None = None, section: Section | None = None
) -> Judging[Site]:
    """How sites are judged.

    Args:
        key_list: codes of a yearly key list handed in; None = the published one in force.
        section: whose part the file may name; None = the whole roster.
    """
    bureau = work.scope.bureau
    published = await list_in_force(work.app, bureau, work.today) if key_list is None else None
    form = await roster_form(work)
    context = replace(await _site_context(work, key_list, published, form), section=section)

    def check(table: Table) -> RosterCheck[Site]:
        return check_sites(table, context)

    async def kept() -> tuple[Site, ...]:
        return await all_sites(work)

    said = {"key_list": published.as_dict() if published else None}
    return Judging("sites", form.layout, check, kept, diff_sites, sites.upsert, said)


async def officer_judging(work: Work, period: Period | None = None) -> Judging[Officer]:
    """How officers are judged; `period` is the quarter drawn for next."""
    context = OfficerContext(work.today, period.last if period else None, await _known_sites(work))

    def check(table: Table) -> RosterCheck[Officer]:
        return check_officers(table, context)

    async def kept() -> tuple[Officer, ...]:
        return await officers.all_of(work.db, work.scope, work.scope.bureau)

    return Judging("officers", OFFICER_LAYOUT, check, kept, diff_officers, officers.upsert)


async def judged(how: Judging[T], table: Table, step: Step = silent) -> RosterCheck[T]:
    """Every row judged, beside the event loop; `step` is told how far it is."""
    rows = Counted(table.rows)
    task = asyncio.ensure_future(asyncio.to_thread(how.check, replace(table, rows=rows)))
    while not (await asyncio.wait({task}, timeout=PACE))[0]:
        await step("check", min(rows.passed, len(rows)), len(rows))
    return task.result()


async def compared(how: Judging[T], check: RosterCheck[T]) -> tuple[RosterDiff[T], str]:
    """What taking the accepted rows would do to the roster, and the mark of it."""
    kept = await how.kept()
    diff = await asyncio.to_thread(how.diff, kept, check.values)
    return diff, await asyncio.to_thread(mark_of, check, diff)


def mark_of(check: RosterCheck[Any], diff: RosterDiff[Any]) -> str:
    """SHA-256 of all that taking it would do: refused rows, each new row, each change with what was before.

    Rows that stay as they are do not count: another person's work on other rows changes no mark.
    """
    found = sha256(",".join(str(one.row.number) for one in check.refused).encode())
    for value in diff.added:
        found.update(_bytes([None, bulk.as_json(value)]))
    for change in diff.changed:
        found.update(_bytes([bulk.as_json(change.before), bulk.as_json(change.after)]))
    return found.hexdigest()


def told_both(problem: Problem) -> dict[str, Any]:
    """A problem in both languages, as it is kept."""
    return {"zh": problem.as_dict("zh"), "en": problem.as_dict("en")}


class Counted(tuple[Row, ...]):
    """Rows that count how many were passed: read by another thread, so it need not be exact."""

    passed = 0

    def __iter__(self) -> Any:
        """The rows; each one handed out counts."""
        self.passed = 0
        for row in super().__iter__():
            self.passed += 1
            yield row


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"


async def all_sites(work: Work) -> tuple[Site, ...]:
    """The whole roster of the own bureau page by page: between two pages others are served."""
    found: list[Site] = []
    after = ""
    while page := await sites.listing(work.db, work.scope, work.scope.bureau, after=after, limit=PAGE):
        found += page
        after = page[-1].code
        if len(page) < PAGE:
            break
    return tuple(found)


async def _site_context(
    work: Work, key_list: frozenset[str] | None, published: YearList | None, form: RosterForm
) -> SiteContext:
    bureau = work.scope.bureau
    entry = await bureaus.get(work.control, bureau)
    names = division_names(bureau) | frozenset(entry.labels.get("division_names", ()))
    test = inside if outline(bureau) is not None else None
    cases = (await rules_for(work, bureau)).get("class.special")
    return SiteContext(
        bureau,
        names,
        form.required,
        published.codes_of(bureau) if published else key_list,
        test,
        key_basis="；".join(published.sources) if published else "",
        special_cases=dict(cases.value) if cases else {},
        extra=form.extra,
        classes=form.classes,
    )


async def _known_sites(work: Work) -> frozenset[str] | None:
    """Codes a recusal may name; a city's officers are recused from sites it may not see: not tested."""
    return frozenset(site.code for site in await all_sites(work)) or None
