"""Bureaus of a city or province side by side."""

import msgspec

from policies.access_errors import Stranger
from services.api.contract import reads
from services.api.pages import MissingBureau
from services.api.types import AnyPeriod, Bureau, Code, Out, Period
from services.views.comparison import comparison
from services.web.depends import InWork


class DistrictOut(Out):
    """One bureau's quarter; null numbers = it drew nothing, which is not zero."""

    code: Code
    name: str
    draws: int
    voids: int
    required: int | None
    drawn: int | None
    done: int
    late: int
    overdue: int
    published: int
    faults: int
    changes: int
    over_caps: int | None
    visits: int
    random: int


class ComparisonOut(Out):
    """The quarter; `totals` sum the rows. `missing`: bureaus that could not be asked, in no sum."""

    period: Period
    rows: tuple[DistrictOut, ...]
    totals: dict[str, int]
    missing: tuple[MissingBureau, ...]


@reads("/bureaus/{bureau:str}/comparison", action="city.compare", noted=True)
async def compare_districts(work: InWork, bureau: Bureau, period: AnyPeriod = None) -> ComparisonOut:
    """The bureaus below, side by side, in numbers; each of them is told that it was read."""
    if bureau != work.scope.bureau:
        raise Stranger(bureau)
    return msgspec.convert((await comparison(work, period or "")).as_dict(), ComparisonOut)


routes = [compare_districts]
