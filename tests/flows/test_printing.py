"""A quarter's records and orders in one file: each on sheets of its own, the same at every door."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta

import pypdfium2
import pytest

from policies.errors import Forbidden, Missing
from policies.terms import Period
from services.embedded import PostgresServer
from services.home import Home
from services.usecases.review_visit import review_visit
from services.views import official
from services.views.official import Named, printed_parts, visit_document, visit_documents
from services.work import App

from . import ceremony as c
from . import fieldwork as f
from .changing import dispatch

KD, QUARTER = "150203", Period(2026, 1)
DAY = date(2026, 1, 6)


@pytest.fixture
async def app(pg_server: PostgresServer, new_home: Callable[[str], Home]) -> AsyncIterator[App]:
    async with c.small_deployment(pg_server.superuser_dsn, new_home("printing"), "printing") as opened:
        yield opened


def pages(made: Named) -> list[str]:
    """The text of each page, without blanks."""
    book = pypdfium2.PdfDocument(made.paper.data)
    return ["".join(one.get_textpage().get_text_range().split()) for one in book]


async def test_a_quarter_is_printed_a_hundred_at_a_time(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_no = await f.drawn(app, KD, {5: (2, 4), 6: (2, 4), 7: (2, 4)})
    await dispatch(app, KD, draw_no, days=[DAY])
    f.at(app, DAY)
    team, due = (f.cert(KD, 2), f.cert(KD, 4)), DAY + timedelta(days=30)
    forms = [f.faulty(app, *team, due=due), f.faulty(app, *team, due=due), f.form(app, *team)]
    made = [await f.record(app, KD, 2, draw_no, slot, form) for slot, form in enumerate(forms)]
    reviewer = c.acting(app, KD, "reviewer")
    async with app.work(reviewer) as work:
        with pytest.raises(Missing):
            await visit_documents(work, QUARTER, "records")  # none is accepted yet
        for one in made[1:]:
            await review_visit(work, one.visit_id, accept=True)
        assert await printed_parts(work, QUARTER) == {"records": (2, 1), "orders": (1, 1)}
        with pytest.raises(Missing):
            await visit_document(work, made[0].visit_id, "orders")  # not accepted: nobody is ordered anything
        await review_visit(work, made[0].visit_id, accept=True)
        whole = await visit_documents(work, QUARTER, "orders")
        said = pages(whole)
        begins = [n for n, words in enumerate(said) if "责令改正决定书" in words]
        assert len(begins) == 2 and all(n % 2 == 0 for n in begins)  # each begins on the front of a sheet
        assert all("—1—" in said[n] for n in begins)
        assert (await visit_documents(work, QUARTER, "orders")).paper.sha256 == whole.paper.sha256
        monkeypatch.setattr(official, "BATCH", 2)
        assert await printed_parts(work, QUARTER) == {"records": (3, 2), "orders": (2, 1)}
        parts = [await visit_documents(work, QUARTER, "records", part) for part in (1, 2)]
        told = ["".join(pages(one)) for one in parts]
        assert [words.count("记录指纹") for words in told] == [2, 1]
        marks = [one.name.removeprefix("record-") for one in parts]
        assert len({*marks}) == 2 and all(mark in words for mark, words in zip(marks, told, strict=True))
        for part in (0, -1, 3):
            with pytest.raises(Missing):
                await visit_documents(work, QUARTER, "records", part)
    async with app.work(c.acting(app, KD, "drawer")) as work:
        with pytest.raises(Forbidden):
            await visit_documents(work, QUARTER, "records")
