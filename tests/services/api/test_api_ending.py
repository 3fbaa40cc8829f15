"""A route that ends says so in its description and in its answers, a year ahead."""

from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from services.api.contract import reads
from services.api.ending import Ending

ENDS = Ending(date(2026, 1, 1), date(2027, 6, 30), "/api/v2/law")


@reads("/law", action="public.read", ending=ENDS)
async def get_old_law() -> dict[str, int]:
    """The law as it was read."""
    return {"n": 1}


async def test_an_ending_is_told_in_every_answer() -> None:
    app = Litestar([get_old_law])
    async with AsyncTestClient(app) as client:
        answer = await client.get("/law")
    assert answer.json() == {"n": 1}
    assert answer.headers["deprecation"] == "@1767225600"
    assert answer.headers["sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert answer.headers["link"] == '</api/v2/law>; rel="successor-version"'
    assert app.openapi_schema.to_schema()["paths"]["/law"]["get"]["deprecated"] is True


def test_nobody_is_given_less_than_a_year() -> None:
    with pytest.raises(ValueError, match="less than a year"):
        Ending(date(2026, 1, 1), date(2026, 12, 31), "/api/v2/law")
