"""Who holds which duty, to whom field work is entrusted; entered, ended and published."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody

from services.api.contract import acts, reads
from services.api.notice_bodies import DeskNotice
from services.api.once import InOnce
from services.api.types import Body, Bureau, Code, Day, KeyInPath, Out, Words, show
from services.usecases.keep_organisation import (
    NewDuty,
    NewEntrustment,
    end_duty,
    end_entrustment,
    enter_duty,
    enter_entrustment,
)
from services.usecases.publish_organisation import publish_entrustments, publish_organisation
from services.web.depends import InWork
from tenants.organisation_rows import Duty, Entrustment
from tenants.records import Notice
from tenants.stores import standing


class DutyOrder(Body):
    """`unit`: leading_group 领导小组, office 办公室, duty any other named duty. `basis`: the document.

    `person`: a login of the bureau; a leader tied to one approves from then on.
    """

    unit: Literal["leading_group", "office", "duty"]
    duty: Words
    name: Words
    since: date
    post: Words = ""
    basis: Words = ""
    person: Words = ""


class EntrustmentOrder(Body):
    """`unit`: 委托执法单位. `basis`: the letter of entrustment. `until` left out: open."""

    unit: Words
    scope: Words
    basis: Words
    since: date
    until: date | None = None
    credit_code: Words = ""


class LastDay(Body):
    """The last day on which it holds."""

    until: date


class DutyOut(Out):
    """Who holds a duty from when to when."""

    id: UUID
    bureau: Code
    unit: str
    duty: str
    name: str
    post: str
    basis: str
    since: date
    until: date | None
    person: str
    at: datetime
    by: str


class EntrustmentOut(Out):
    """What is entrusted to whom from when to when."""

    id: UUID
    bureau: Code
    unit: str
    credit_code: str
    scope: str
    basis: str
    since: date
    until: date | None
    at: datetime
    by: str


@reads("/bureaus/{bureau:str}/organisation/duties", action="organisation.read")
async def list_duties(work: InWork, bureau: Bureau, on: Day = None) -> list[DutyOut]:
    """Duties of a bureau, ended ones included; with `on` those of that day."""
    work.require("organisation.read", bureau=bureau)
    return [show(row, DutyOut) for row in await standing.all_of(work.db, work.scope, Duty, bureau, on=on)]


@acts("/bureaus/{bureau:str}/organisation/duties", action="organisation.keep")
async def enter_organisation_duty(
    once: InOnce, bureau: Bureau, data: JSONBody[DutyOrder]
) -> Response[DutyOut]:
    """Enter who holds a duty since when."""
    new = NewDuty(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await once.run(lambda work: enter_duty(work, new), _duty)


@acts("/bureaus/{bureau:str}/organisation/duties/{duty:uuid}/end", action="organisation.keep")
async def end_organisation_duty(
    once: InOnce, bureau: Bureau, duty: KeyInPath, data: JSONBody[LastDay]
) -> Response[DutyOut]:
    """Set the last day of a duty; the row stays."""
    return await once.run(lambda work: end_duty(work, duty, data.until), _duty)


@acts("/bureaus/{bureau:str}/organisation/notice", action="notice.publish")
async def publish_organisation_notice(once: InOnce, bureau: Bureau) -> Response[DeskNotice]:
    """Publish who holds which duty today."""
    return await once.run(publish_organisation, _notice)


@reads("/bureaus/{bureau:str}/entrustments", action="organisation.read")
async def list_entrustments(work: InWork, bureau: Bureau, on: Day = None) -> list[EntrustmentOut]:
    """Entrustments of a bureau, ended ones included; with `on` those of that day."""
    work.require("organisation.read", bureau=bureau)
    rows = await standing.all_of(work.db, work.scope, Entrustment, bureau, on=on)
    return [show(row, EntrustmentOut) for row in rows]


@acts("/bureaus/{bureau:str}/entrustments", action="organisation.keep")
async def enter_unit_entrustment(
    once: InOnce, bureau: Bureau, data: JSONBody[EntrustmentOrder]
) -> Response[EntrustmentOut]:
    """Enter an entrustment with its letter, scope and dates."""
    new = NewEntrustment(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await once.run(lambda work: enter_entrustment(work, new), _entrustment)


@acts("/bureaus/{bureau:str}/entrustments/{entrustment:uuid}/end", action="organisation.keep")
async def end_unit_entrustment(
    once: InOnce, bureau: Bureau, entrustment: KeyInPath, data: JSONBody[LastDay]
) -> Response[EntrustmentOut]:
    """Set the last day of an entrustment; the row stays."""
    return await once.run(lambda work: end_entrustment(work, entrustment, data.until), _entrustment)


@acts("/bureaus/{bureau:str}/entrustments/notice", action="notice.publish")
async def publish_entrustment_notice(once: InOnce, bureau: Bureau) -> Response[DeskNotice]:
    """Publish the entrustments that hold today or later, as the law on penalties asks."""
    return await once.run(publish_entrustments, _notice)


def _duty(row: Duty) -> DutyOut:
    return show(row, DutyOut)


def _entrustment(row: Entrustment) -> EntrustmentOut:
    return show(row, EntrustmentOut)


def _notice(row: Notice) -> DeskNotice:
    return show(row, DeskNotice)


routes = [
    list_duties,
    enter_organisation_duty,
    end_organisation_duty,
    publish_organisation_notice,
    list_entrustments,
    enter_unit_entrustment,
    end_unit_entrustment,
    publish_entrustment_notice,
]
