"""Notices to the public, per bureau; persons never. Basis: obligation 28, §2 (20 working days).

Ids follow from what a notice is about, so publishing again finds the first one and changes nothing. A
withdrawn notice stays where it is; what replaces it has the next id of the same row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, takewhile
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from policies.planning.deadlines import working_days_left
from policies.planning.platform import is_external
from services.drawing.draw_errors import NoPlan
from services.drawing.waived import used_in
from services.hooks.telling import tell_hooks
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import draw_in
from services.visiting.notice_bodies import draw_body, external_body, plan_body, result_body
from services.visiting.public_words import public_words
from services.visiting.visit_errors import NoteMissing, NothingDue
from services.work import Work
from tenants import journal
from tenants.locks import hold
from tenants.records import Notice, Visit
from tenants.rows import Draw
from tenants.stores import bureaus, notices, plans, platform_lists, tasks, visits

_KINDS = {"routine": "双随机抽查", "overlay": "市级稽查抽查", "audit": "抽查复核"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A notice about to be kept; `about` = bureau whose sites it concerns, `id` = that of version 1."""

    id: UUID
    kind: str
    title: str
    body: dict[str, Any]
    about: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record whose result is not public yet; `left` = working days left, negative when late."""

    visit: Visit
    due: date
    left: int


async def publish_results(
    work: Work, period: str, visit_ids: Sequence[UUID] | None = None
) -> tuple[Notice, ...]:
    """Publish the results of accepted drawn visits of a quarter, one notice each, that are not public yet.

    Args:
        visit_ids: only these.

    Raises:
        NothingDue: there is none.
    """
    _may(work)
    wanted = await _unpublished(work, period)
    if visit_ids is not None:
        wanted = [visit for visit in wanted if visit.id in set(visit_ids)]
    if not wanted:
        raise NothingDue(period, need="审核通过且未公示的检查记录")
    names = await names_of(work)
    made = []
    for visit in wanted:
        made.append(await publish_draft(work, result_draft(visit, period, names)))
        if visit.draw_no is not None and visit.slot is not None:
            await tasks.set_state(
                work.db,
                work.scope,
                visit.draw_no,
                visit.slot,
                "published",
                expected=("reviewed", "published"),
            )
    return tuple(made)


async def publish_draw(work: Work, draw_no: int) -> Notice:
    """Publish that a draw was made: numbers and fingerprints only. Raises WrongState without a result."""
    _may(work)
    return await publish_draft(work, await draw_draft(work, draw_no))


async def publish_plan(work: Work, year: int) -> Notice:
    """Publish the approved plan of a year. Raises NoPlan."""
    _may(work)
    return await publish_draft(work, await plan_draft(work, year))


def result_draft(visit: Visit, period: str, names: Mapping[str, str]) -> Draft:
    """The notice of one result. `names`: bureau code → name."""
    site = f"{_simulated(visit.form['simulated'])}{visit.form['site']['name']}"
    title = f"{site}抽查结果公示（{_quarter(period)}）{_unproven(visit.draw_no)}"
    return Draft(visit.id, "result", title, result_body(visit, names), visit.subject, visit.publish_due)


async def draw_draft(work: Work, draw_no: int) -> Draft:
    """The notice of a draw. Raises WrongState without a result."""
    draw = await draw_in(work, draw_no, "drawn", "opened")
    rules = await rules_for(work, draw.bureau, subject=draw.subject, item=draw.item)
    simulated = work.app.clock.simulated
    names = await names_of(work)
    title = f"{_simulated(simulated)}{names[draw.bureau]}{_quarter(draw.period)}{_KINDS[draw.kind]}抽取公告"
    title += _unproven(draw_no)
    body = await _draw_body(work, draw, rules.texts("legal.bases"))
    return Draft(notice_id(draw.bureau, "draw", draw_no), "draw", title, body, draw.subject)


async def plan_draft(work: Work, year: int) -> Draft:
    """The notice of the approved plan of a year. Raises NoPlan."""
    bureau = work.scope.bureau
    plan = await plans.latest(work.db, work.scope, bureau, year, approved_only=True)
    if plan is None:
        raise NoPlan(f"{bureau} {year}", year=year)
    rules, simulated = await rules_for(work, bureau), work.app.clock.simulated
    title = f"{_simulated(simulated)}{(await names_of(work))[bureau]}{year}年度随机抽查计划"
    body = plan_body(plan, rules.texts("legal.bases"), simulated)
    return Draft(notice_id(bureau, "plan", year, plan.version), "plan", title, body, bureau)


async def withdraw_notice(work: Work, notice_id: UUID, why: str) -> Notice:
    """Withdraw a notice; its place, date and reason stay public. Raises NoteMissing, WrongState, Missing."""
    work.require("notice.withdraw")
    if not why.strip():
        raise NoteMissing()
    found = await notices.get(work.db, work.scope, work.scope.bureau, notice_id)
    said = await public_words(work, why)
    await notices.withdraw(work.db, work.scope, notice_id, said, work.now)
    await tell_hooks(work, "notice.withdrawn", notice=str(notice_id), kind=found.kind)
    await _note(work, "notice.withdraw", notice_id, {"state": "withdrawn"}, said, "published")
    return await notices.get(work.db, work.scope, work.scope.bureau, notice_id)


async def waiting_results(work: Work, period: str) -> tuple[Waiting, ...]:
    """Records of a quarter whose result is not public, reviewed or not, most urgent first."""
    work.require("notice.make")
    found = await visits.of_period(work.db, work.scope, work.scope.bureau, period)
    kept = await notices.listing(work.db, work.scope, work.scope.bureau, kind="result", limit=10_000)
    by_id = {notice.id: notice for notice in kept}
    drawn = [v for v in found if v.state != "returned" and v.visit_type == "random"]
    open_ = [v for v in drawn if latest(v.id, by_id) is None]
    calendar = await calendar_for(work)
    return tuple(
        Waiting(v, v.publish_due, working_days_left(work.today, v.publish_due, calendar))
        for v in sorted(open_, key=lambda v: (v.publish_due or date.max, v.started_at))
        if v.publish_due is not None
    )


async def _unpublished(work: Work, period: str) -> list[Visit]:
    return [w.visit for w in await waiting_results(work, period) if w.visit.state == "accepted"]


def _may(work: Work) -> None:
    work.require("notice.make")
    work.require("notice.publish")


async def publish_draft(work: Work, draft: Draft) -> Notice:
    """Keep and publish a notice; one that stands is left as it is, a withdrawn one gets a successor."""
    bureau = work.scope.bureau
    await hold(work.db, "notice", str(draft.id))
    for id in versions(draft.id):
        found = await notices.find(work.db, work.scope, bureau, id)
        if found is None:
            break
        if found.withdrawn_at is None:
            return found
    await notices.keep(
        work.db,
        work.scope,
        kind=draft.kind,
        title=draft.title,
        body=draft.body,
        by=work.principal.subject,
        subject=draft.about,
        due_on=draft.due_on,
        id=id,
    )
    await notices.publish(work.db, work.scope, id, work.now)
    await tell_hooks(work, "notice.published", notice=str(id), kind=draft.kind)
    late = draft.due_on is not None and draft.due_on < work.today
    await _note(work, "notice.publish", id, {"kind": draft.kind, "late": late}, "", None)
    return await notices.get(work.db, work.scope, bureau, id)


async def standing(work: Work, draft: Draft) -> Notice | None:
    """The notice that is public already, if one is."""
    for id in versions(draft.id):
        found = await notices.find(work.db, work.scope, work.scope.bureau, id)
        if found is None or found.withdrawn_at is None:
            return found
    return None


def versions(first: UUID) -> Iterator[UUID]:
    """Ids of a notice and of those that replace it, in order, without end."""
    yield first
    for n in count(2):
        yield uuid5(first, f"version/{n}")


def latest(first: UUID, kept: Mapping[UUID, Notice]) -> Notice | None:
    """The version that stands, if one does. `kept`: notices by id."""
    for id in versions(first):
        notice = kept.get(id)
        if notice is None or notice.withdrawn_at is None:
            return notice
    return None


def last_of(first: UUID, kept: Mapping[UUID, Notice]) -> UUID:
    """The id of the last version there is, standing or withdrawn; `first` when there is none."""
    return [first, *takewhile(kept.__contains__, versions(first))][-1]


async def names_of(work: Work) -> dict[str, str]:
    """Bureau code → name."""
    return {entry.code: entry.name for entry in await bureaus.all_(work.control)}


def notice_id(bureau: str, *what: object) -> UUID:
    """The id that follows from what a notice is about."""
    return uuid5(NAMESPACE_URL, "/".join(("shuangsui:notice", bureau, *map(str, what))))


async def _draw_body(work: Work, draw: Draw, basis: tuple[str, ...]) -> dict[str, Any]:
    simulated = work.app.clock.simulated
    if draw.authority == "own":
        return draw_body(draw, basis, simulated, await used_in(work, draw))
    (source, *_) = await platform_lists.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    return external_body(draw, source, basis, simulated)


def _unproven(draw_no: int | None) -> str:
    return "（省级平台抽取，不可验证）" if is_external(draw_no) else ""


def _quarter(period: str) -> str:
    """2026Q1 as people write it: 2026年第一季度."""
    year, quarter = period.split("Q")
    return f"{year}年第{'一二三四'[int(quarter) - 1]}季度"


def _simulated(simulated: bool) -> str:
    return "【模拟】" if simulated else ""


async def _note(
    work: Work, action: str, notice_id: UUID, after: dict[str, Any], why: str, state: str | None
) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"notice/{work.scope.bureau}/{notice_id}",
        why=why,
        before={"state": state},
        after=after,
        at=work.now,
    )
