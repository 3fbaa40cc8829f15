"""Rosters: bulk upserts are idempotent, every change is kept."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from policies.errors import Missing
from policies.terms import SiteStatus, Stratum
from tenants.rows import Counts
from tenants.stores import imports, officers, sites

from .story import AT, COUNTY, city, county, officer, site

STAMP = {"at": AT, "by": "keeper", "reason": "导入"}


async def test_upsert_is_idempotent_and_reads_back_equal(database):
    rows = [site(n) for n in range(1, 301)]
    rows[0] = replace(rows[0], name='引号"、\\、制表\t', products="a,b", overrides=("信用代码：老证",))
    async with database.unit(county) as db:
        assert await sites.upsert(db, county, rows, batch=uuid4(), **STAMP) == Counts(300, 0, 0)
        assert await sites.upsert(db, county, rows, batch=uuid4(), **STAMP) == Counts(0, 0, 300)
        assert list(await sites.all_of(db, county, COUNTY)) == rows
        assert len(await sites.history(db, county, COUNTY, "S00001")) == 1
        changed = [*rows[:2], replace(rows[2], status=SiteStatus.CLOSED), site(301)]
        assert await sites.upsert(db, county, changed, **STAMP) == Counts(1, 1, 2)
        first, second = await sites.history(db, county, COUNTY, "S00003")
        assert first.before is None and first.after["status"] == "active"
        assert (second.before["status"], second.after["status"], second.by) == ("active", "closed", "keeper")
        assert await sites.upsert(db, county, [], **STAMP) == Counts(0, 0, 0)


async def test_imports_at_the_same_time_add_once(database):
    async def load():
        async with database.unit(county) as db:
            return await sites.upsert(db, county, [site(n) for n in range(50)], **STAMP)

    results = await asyncio.gather(*(load() for _ in range(4)))
    assert sum(r.added for r in results) == 50 and sum(r.unchanged for r in results) == 150


async def test_keys_in_one_import_are_unique(database):
    with pytest.raises(ValueError, match="repeat"):
        async with database.unit(county) as db:
            await sites.upsert(db, county, [site(1), site(1)], **STAMP)


async def test_listing_and_counts(database):
    rows = [site(n) for n in range(1, 101)]
    rows[7] = replace(rows[7], status=SiteStatus.SUSPENDED, name="100%_纸业")
    async with database.unit(county) as db:
        await sites.upsert(db, county, rows, **STAMP)
        counts = await sites.counts(db, county, COUNTY)
        assert counts["all"] == 100 and counts["active"] == 99 and counts["suspended"] == 1
        assert (counts["key"], counts["general"]) == (10, 89)
        assert (counts["special"], counts["key_special"]) == (4, 2)
        strata = [counts[f"stratum_{s.value}"] for s in Stratum]
        assert sum(strata) == 99 and counts["stratum_special"] == 4
    async with database.unit(city, read_only=True) as db:
        page = await sites.listing(db, city, COUNTY, limit=40)
        rest = await sites.listing(db, city, COUNTY, after=page[-1].code, limit=100)
        assert len(page) == 40 and len(rest) == 60
        assert {s.stratum for s in await sites.listing(db, city, COUNTY, stratum="key")} == {Stratum.KEY}
        assert [s.code for s in await sites.listing(db, city, COUNTY, text="100%_")] == ["S00008"]
        assert len(await sites.listing(db, city, COUNTY, status="suspended", text="纸业")) == 1
        unlike = replace(site(101), credit_code="915555", division="411799", industry="C1700 纺织业")
    async with database.unit(county) as db:
        await sites.upsert(db, county, [replace(unlike, pollution=("噪声", "废渣"))], **STAMP)
    async with database.unit(city, read_only=True) as db:
        for asked in (
            {"text": "91555"}, {"division": "1799"}, {"industry": "纺织"}, {"pollution": "废渣"},
        ):  # fmt: skip
            assert [s.code for s in await sites.listing(db, city, COUNTY, **asked)] == [unlike.code], asked
        with pytest.raises(Missing):
            await sites.one(db, city, COUNTY, "nobody")


async def test_officers(database):
    people = [officer(n) for n in range(1, 31)]
    async with database.unit(county) as db:
        assert await officers.upsert(db, county, people, **STAMP) == Counts(30, 0, 0)
        assert await officers.upsert(db, county, people, **STAMP) == Counts(0, 0, 30)
        assert list(await officers.all_of(db, county, COUNTY)) == people
        expired = replace(people[4], valid_until=date(2025, 1, 1), person="li")
        assert await officers.upsert(db, county, [expired], **STAMP) == Counts(0, 1, 0)
        assert await officers.one(db, county, COUNTY, expired.certificate) == expired
        assert await officers.of_person(db, county, COUNTY, "li") == (expired,)
        assert len(await officers.history(db, county, COUNTY, expired.certificate)) == 2
        with pytest.raises(Missing):
            await officers.one(db, county, COUNTY, "nobody")


async def test_import_batches(database):
    digest = hashlib.sha256(b"file").hexdigest()
    async with database.unit(county) as db:
        assert await imports.find_same(db, county, digest) is None
        kept = await imports.keep(
            db, county, kind="sites", file_name="名录.xlsx", sha256=digest, at=AT, by="k", report={"added": 1}
        )
        assert await imports.find_same(db, county, digest) == kept
        assert await imports.find_same(db, county, digest, "officers") is None
        assert await imports.recent(db, county) == (kept,)
