"""Who holds which duty since when, and to whom field work is entrusted. Basis: obligations 2, 11 and 33."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args
from uuid import UUID, uuid4

from services.ruling.rule_choice_errors import FieldMissing
from services.work import Work
from tenants import journal
from tenants.errors import WrongState
from tenants.organisation_rows import Duty, Entrustment
from tenants.stores import members, standing

Unit = Literal["leading_group", "office", "duty"]
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A duty taken up; fields as `tenants.organisation_rows.Duty`."""

    unit: str
    duty: str
    name: str
    since: date
    post: str = ""
    basis: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class NewEntrustment:
    """Field work entrusted; fields as `tenants.organisation_rows.Entrustment`."""

    unit: str
    scope: str
    basis: str
    since: date
    until: date | None = None
    credit_code: str = ""


async def enter_duty(work: Work, new: NewDuty) -> Duty:
    """Enter who holds a duty; a leader tied to a login approves from then on. Raises FieldMissing."""
    work.require("organisation.keep")
    if new.unit not in get_args(Unit):
        raise FieldMissing(new.unit, field="机构", need="leading_group、office 或 duty")
    row = Duty(
        bureau=work.scope.bureau,
        id=uuid4(),
        unit=new.unit,  # type: ignore[arg-type]  # one of the three, just checked
        duty=_said(new.duty, "职责"),
        name=_said(new.name, "姓名"),
        post=_short(new.post, "职务"),
        basis=_short(new.basis, "文件"),
        since=new.since,
        until=None,
        at=work.now,
        by=work.principal.subject,
        person=await _member(work, new.person.strip()),
    )
    await standing.put(work.db, work.scope, row)
    after = {"unit": row.unit, "duty": row.duty, "name": row.name, "since": row.since.isoformat()}
    after |= {"person": row.person}
    await _note(work, f"duty/{row.bureau}/{row.id}", after)
    return row


async def _member(work: Work, person: str) -> str:
    """The login, when it has a role in the bureau; "" stays "". Raises FieldMissing."""
    known = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    if person and person not in {member.subject for member in known}:
        raise FieldMissing(person[:40], field="登录标识", need="在本单位有岗位的人员，或留空")
    return person


async def enter_entrustment(work: Work, new: NewEntrustment) -> Entrustment:
    """Enter an entrustment: unit, what is entrusted, the letter, from when to when. Raises FieldMissing."""
    work.require("organisation.keep")
    _in_order(new.since, new.until)
    row = Entrustment(
        bureau=work.scope.bureau,
        id=uuid4(),
        unit=_said(new.unit, "受委托单位"),
        credit_code=_short(new.credit_code, "统一社会信用代码").upper(),
        scope=_said(new.scope, "委托事项"),
        basis=_said(new.basis, "委托书"),
        since=new.since,
        until=new.until,
        at=work.now,
        by=work.principal.subject,
    )
    await standing.put(work.db, work.scope, row)
    after = {"unit": row.unit, "scope": row.scope, "since": row.since.isoformat(), "until": _iso(row.until)}
    await _note(work, f"entrustment/{row.bureau}/{row.id}", after)
    return row


async def end_duty(work: Work, id: UUID, until: date) -> Duty:
    """Set a duty's last day. Raises Missing; WrongState: ended before; FieldMissing: before its first day."""
    work.require("organisation.keep")
    row = await standing.get(work.db, work.scope, Duty, work.scope.bureau, id)
    await _end(work, row, until)
    return await standing.get(work.db, work.scope, Duty, row.bureau, id)


async def end_entrustment(work: Work, id: UUID, until: date) -> Entrustment:
    """Set an entrustment's last day; raises as `end_duty`."""
    work.require("organisation.keep")
    row = await standing.get(work.db, work.scope, Entrustment, work.scope.bureau, id)
    await _end(work, row, until)
    return await standing.get(work.db, work.scope, Entrustment, row.bureau, id)


async def _end(work: Work, row: Duty | Entrustment, until: date) -> None:
    if row.ended_at is not None:
        raise WrongState(_iso(row.until), wanted="open")
    _in_order(row.since, until)
    await standing.end(
        work.db, work.scope, type(row), row.id, until=until, by=work.principal.subject, at=work.now
    )
    kind = "duty" if isinstance(row, Duty) else "entrustment"
    before, after = {"until": _iso(row.until)}, {"until": until.isoformat()}
    await _note(work, f"{kind}/{row.bureau}/{row.id}", after, before)


def _in_order(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise FieldMissing(until.isoformat(), field="截止日期", need=f"不早于 {since.isoformat()}")


def _said(words: str, field: str) -> str:
    if not words.strip():
        raise FieldMissing(field=field, need="不为空的文字")
    return _short(words, field)


def _short(words: str, field: str) -> str:
    if len(words.strip()) > _LONGEST:
        raise FieldMissing(f"{len(words)} 字", field=field, need=f"不超过 {_LONGEST} 字")
    return words.strip()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def _note(
    work: Work, target: str, after: Mapping[str, object], before: Mapping[str, object] | None = None
) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="organisation.keep",
        target=target,
        before=dict(before) if before is not None else None,
        after=dict(after),
        at=work.now,
    )
