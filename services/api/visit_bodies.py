"""The record of a visit as it is sent, and what is answered about it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar.params import QueryParameter
from msgspec import Meta

from policies.visiting.visits import Fix
from services.api.types import NO_NUL, Body, Code, Hash, Moment, Out, Words
from services.visiting.visit_forms import Order, VisitForm

Answer = Literal["fine", "fault", "not_applicable"]
State = Literal["recorded", "returned", "accepted"]
AnyState = Annotated[State | None, QueryParameter()]
Item = Annotated[str, Meta(max_length=64, examples=["facilities.running"])]


class AnswerBody(Body):
    """The answer to one item; `words` say what a fault is."""

    answer: Answer
    words: Words = ""


class OrderBody(Body):
    """A correction order: what has to be done about the fault of an item, and by when."""

    item: Item
    measures: Words
    due: date


class FixBody(Body):
    """Position of the device: WGS84 degrees, accuracy in metres."""

    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    accuracy: Annotated[float, Meta(ge=0, le=1_000_000)]
    at: Moment


class VisitBody(Body):
    """A record as filled in on site; every item of the checklist is answered, nothing has a default.

    `present`: certificates of the officers on site. `result`: a code of `/checklist`. `orders`: one for each
    fault. `place_reason`: why there is no position, or why it lies away from the site.
    `form_version`: as `/checklist` says it; with it, a form changed meanwhile is refused by name.
    """

    started_at: Moment
    ended_at: Moment
    present: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=20)]
    answers: dict[Item, AnswerBody]
    result: Annotated[str, Meta(max_length=64, examples=["none_found"])]
    narrative: Words
    orders: Annotated[tuple[OrderBody, ...], Meta(max_length=100)] = ()
    fix: FixBody | None = None
    place_reason: Words = ""
    method: Literal["onsite", "written", "test", "network", "entrusted"] = "onsite"
    attachments: Annotated[tuple[Hash, ...], Meta(max_length=100)] = ()
    form_version: Annotated[str, Meta(max_length=64, pattern=NO_NUL)] = ""

    def form(self) -> VisitForm:
        """The form as the use cases take it."""
        fix = self.fix
        return VisitForm(
            started_at=self.started_at,
            ended_at=self.ended_at,
            present=self.present,
            answers={item: (one.answer, one.words) for item, one in self.answers.items()},
            result=self.result,
            narrative=self.narrative,
            orders=tuple(Order(one.item, one.measures, one.due) for one in self.orders),
            fix=Fix(fix.lon, fix.lat, fix.accuracy, fix.at) if fix else None,
            place_reason=self.place_reason,
            method=self.method,
            attachments=self.attachments,
            version=self.form_version,
        )


class DeadlineOut(Out):
    """A last day; `provisional` until the calendar of that year is published."""

    day: date
    provisional: bool


class RecordedOut(Out):
    """A kept record; `repeated`: the very same had been kept before."""

    visit_id: UUID
    sha256: Hash
    sides: tuple[str, ...]
    findings: int
    orders: tuple[str, ...]
    upload: DeadlineOut
    publish: DeadlineOut
    repeated: bool


class VisitRow(Out):
    """A record in a list; null is what the caller's role is not shown, and a day that is not settled."""

    id: UUID
    draw_no: int | None
    slot: int | None
    site_code: str | None
    visit_type: str
    subject: Code
    started_at: datetime | None
    ended_at: datetime | None
    result_code: str | None
    record_sha256: Hash | None
    state: State
    upload_due: date | None
    publish_due: date | None
    uploaded_at: datetime | None
