"""Forms of values in paths, queries and bodies, with the examples that the description shows."""

from datetime import date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from policies.access_parts import shown
from services.seen import Seen

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
LARGEST = 2**31 - 1
CODE, QUARTER = r"^\d{6}$", r"^\d{4}Q[1-4]$"
NO_NUL = r"^[^\x00]*$"  # the database refuses the character, and no text needs it

SiteCode = Annotated[str, PathParameter(max_length=64, pattern=NO_NUL, description="Code of the site.")]
Bureau = Annotated[str, PathParameter(pattern=CODE, description="Bureau, GB/T 2260 code, e.g. 411721.")]
Number = Annotated[int, PathParameter(ge=1, le=LARGEST, description="Number of the draw in its bureau.")]
Slot = Annotated[int, PathParameter(ge=0, le=LARGEST, description="Place of the visit in the draw's result.")]
Year = Annotated[int, PathParameter(ge=2000, le=2999, description="Calendar year.")]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="Most items on a page.")]
Cursor = Annotated[str, QueryParameter(max_length=400, description="`next` of the page before.")]
Search = Annotated[str | None, QueryParameter(max_length=100, pattern=NO_NUL)]
Flag = Annotated[bool, QueryParameter()]
Version = Annotated[
    int,
    QueryParameter(description="The version read; a newer one refuses the step. 0: the newest.", ge=0),
]
Day = Annotated[date | None, QueryParameter(description="A day, e.g. 2026-01-05.")]
InPeriod = Annotated[str, QueryParameter(pattern=QUARTER, description="Quarter, e.g. 2026Q1.")]
AnyPeriod = Annotated[str | None, QueryParameter(pattern=QUARTER, description="Quarter, e.g. 2026Q1.")]
AnyBureau = Annotated[str | None, QueryParameter(pattern=CODE, description="Bureau, GB/T 2260 code.")]
KeyInPath = Annotated[UUID, PathParameter(description="Id of the record.")]

Code = Annotated[str, Meta(pattern=CODE, description="GB/T 2260 code.", examples=["411721"])]
Period = Annotated[str, Meta(pattern=QUARTER, description="Quarter.", examples=["2026Q1"])]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="32 bytes in hex.", examples=["5f" * 32])]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Words = Annotated[str, Meta(max_length=4000, pattern=NO_NUL)]
Reason = Annotated[str, Meta(min_length=1, max_length=1000, pattern=NO_NUL)]
Moment = Annotated[datetime, Meta(tz=True, examples=["2025-12-25T15:00:00+08:00"])]
Index = Annotated[int, Meta(description="Index in the public log, from 0.", examples=[17])]


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of request bodies: an unknown field is a mistake, not a wish."""


class Out(msgspec.Struct, kw_only=True):
    """Base of answers: only the fields named in a subclass ever leave."""


def show(value: Any, form: type[T]) -> T:
    """The named fields of a record as an answer; whatever else the record holds stays inside."""
    return msgspec.convert(value, form, from_attributes=True)


def show_cut(value: Any, form: type[S], record: str, seen: Seen) -> S:
    """As `show`, for a record that is cut down already: what is not shown is null, never a blank."""
    kept = shown(record, seen.fields)
    names = form.__struct_fields__
    return msgspec.convert({name: getattr(value, name) if name in kept else None for name in names}, form)
