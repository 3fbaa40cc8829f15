"""Until its visit nothing outside the seal links a site to a draw: the whole store of a quarter is searched.

Names, codes, credit codes and addresses of visits still to come, as they are and in every usual coat (hex,
base64, digests without salt), in every table, in Redis, in files, in what was logged and in what pages said.
Then the quieter traces: rows of the roster touched because a site was drawn, numbers that count them.
"""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from services.demo.story import ACTS
from tenants.roles import administer

from . import dumping
from .quarter import COUNTIES, NAME, Quarter, played

# The rosters themselves: every active or key site stands there, drawn or not.
ROSTER = {"site", "site_change", "officer", "officer_change", "import_batch", "key_list_entry"}
VISIT = re.compile(r"^\((\d{6}),[^,]+,(\d+),(\d+),([^,]+),", re.MULTILINE)
FIRST = 6  # letters of the shortest coat
FIELDS = ("code", "name", "credit_code", "address", "site_address")


@pytest.fixture(scope="module")
async def quarter(pg_server, valkey_server, new_home):
    async with played(pg_server.superuser_dsn, valkey_server.url, new_home("hunted")) as told:
        yield told


@pytest.fixture(scope="module")
async def dump(quarter: Quarter, pg_server) -> dict[str, str]:
    """Place → all it holds, as text; files and Redis as Latin-1, so that no byte is lost."""
    found = await dumping.tables(pg_server.superuser_dsn, NAME)
    found["redis"] = await dumping.redis(quarter.redis_url)
    found |= {f"file {n}": data.decode("latin-1") for n, data in dumping.files(quarter.home).items()}
    found |= {f"page {name}": body for name, body in quarter.answers.items()}
    return found | {"said": quarter.said}


def words_of(quarter: Quarter, dump: dict[str, str]) -> set[str]:
    """What would name a visit to come and no other: an address two sites share tells nothing.

    A site that two bureaus drew and one has visited stands in that visit's record, rightly.
    """
    visited = {(code, *place) for *place, code in VISIT.findall(dump["visit"])}
    apart = [
        one.site
        for one in quarter.coming
        if not any(code == one.site["code"] and tuple(place) != one.place for code, *place in visited)
    ]
    every = {str(site.get(field) or "") for site in apart for field in FIELDS}
    return {word for word in every if len(word) >= FIRST and dump["site"].count(word) <= 1}


def coats(words: Iterable[str]) -> dict[str, str]:
    """Every way a word may be written → the word."""
    found: dict[str, str] = {}
    for word in words:
        raw = word.encode()
        for shift in range(3):  # base64 of a text that holds the word at any place
            found[base64.b64encode(b"\0" * shift + raw)[(4 if shift else 0) : -4].decode()] = word
        for coat in (word, raw.hex(), raw.decode("latin-1"), json.dumps(word).strip('"'), repr(raw)[2:-1]):
            found[coat] = word
        for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
            found[digest(raw).hexdigest()] = word
            found[digest(raw).digest().decode("latin-1")] = word
    return {coat: word for coat, word in found.items() if len(coat) >= FIRST}


def findings(dump: dict[str, str], words: set[str]) -> set[tuple[str, str]]:
    """(place, word): one pass over each place for all coats together, by their first letters."""
    worn: dict[str, list[tuple[str, str]]] = {}
    for coat, word in coats(words).items():
        worn.setdefault(coat[:FIRST], []).append((coat, word))
    found = set()
    for place in dump.keys() - ROSTER:
        whole = dump[place]
        for at in range(len(whole) - FIRST + 1):
            for coat, word in worn.get(whole[at : at + FIRST], ()):
                if whole.startswith(coat, at):
                    found.add((place, word))
    return found


def test_the_quarter_is_whole(quarter: Quarter, dump: dict[str, str]) -> None:
    bureaus = Counter(one.bureau for one in quarter.coming)
    assert {*COUNTIES} < set(bureaus) <= {act.bureau for act in ACTS}, "visits to come, of a city too"
    assert min(bureaus[one] for one in COUNTIES) >= 3
    assert dump["visit"].count("\n") > 20 and dump["upload"] and dump["notice"], "half of them were made"
    assert quarter.changed >= 3 and dump["draw_change"] and dump["task_rewrite"] and dump["declaration"]
    assert dump["task_plan"].count("\n") >= min(bureaus[one] for one in COUNTIES)
    assert dump["export_mark"] and dump["leak_case"] and dump["outbox"] is not None
    assert len(quarter.said) > 1000 and "page 411721-drawer /desk/draws/1" in dump


def test_the_hunt_would_see_a_name(quarter: Quarter, dump: dict[str, str]) -> None:
    words = words_of(quarter, dump)
    assert len(words) > len(quarter.coming)
    name = max(words, key=len)
    for place, coat in (
        ("journal", f"task 1/2 {name}"), ("redis", hashlib.sha256(name.encode()).digest().decode("latin-1")),
        ("outbox", name.encode().hex()),
        ("file log/x", base64.b64encode(f"ab{name}cd".encode()).decode()), ("said", json.dumps({"a": name})),
        ("idempotency", hashlib.sha256(name.encode()).hexdigest()),
        ("file run/y", name.encode().decode("latin-1")),
    ):  # fmt: skip
        assert (place, name) in findings({place: coat}, words), place


async def test_the_dump_shows_what_is_planted(quarter: Quarter, dump: dict[str, str], pg_server) -> None:
    """In the real stores, long enough that a server would compress it."""
    words = words_of(quarter, dump)
    name = max(words, key=len)
    told = json.dumps({"why": name * 20})
    file = quarter.home.run / "planted"
    async with Redis.from_url(quarter.redis_url) as client:
        await client.set("planted", told)
        await client.hset("planted:h", "a", name * 20)
        await client.rpush("planted:l", name)
        await client.zadd("planted:z", {name: 1})
        await client.xadd("planted:x", {"a": name})
        file.write_text(name * 20)
        try:
            for key in ("planted", "planted:h", "planted:l", "planted:z", "planted:x"):
                held = b"\n".join(await dumping._held(client, key.encode())).decode("latin-1")
                assert ("redis", name) in findings({"redis": held}, words), key
            assert ("redis", name) in findings({"redis": await dumping.redis(quarter.redis_url)}, words)
            found = dumping.files(quarter.home)["run/planted"].decode("latin-1")
            assert ("file", name) in findings({"file": found}, words)
        finally:
            file.unlink()
            await client.delete("planted", "planted:h", "planted:l", "planted:z", "planted:x")
    async with administer(pg_server.superuser_dsn, NAME) as db:
        await db.execute(text("create table public.planted (said jsonb)"))
        await db.execute(text("insert into public.planted values (cast(:told as jsonb))"), {"told": told})
    try:
        rows = (await dumping.tables(pg_server.superuser_dsn, NAME))["planted"]
        assert ("planted", name) in findings({"planted": rows}, words)
    finally:
        async with administer(pg_server.superuser_dsn, NAME) as db:
            await db.execute(text("drop table public.planted"))


def test_no_visit_to_come_is_named_outside_the_seal(quarter: Quarter, dump: dict[str, str]) -> None:
    assert findings(dump, words_of(quarter, dump)) == set()


async def test_no_row_of_the_roster_was_touched_for_being_drawn(quarter: Quarter, pg_server) -> None:
    """A row written or locked by the draw would tell it by its transaction number."""
    coming = {(one.bureau, one.site["code"]) for one in quarter.coming if one.bureau in COUNTIES}
    assert not await _drawn_alone(pg_server.superuser_dsn, coming)
    one = next(iter(sorted(coming)))
    async with administer(pg_server.superuser_dsn, NAME) as db:  # and the search would see a row only locked
        lock = "select code from public.site where bureau = :bureau and code = :code for update"
        await db.execute(text(lock), dict(zip(("bureau", "code"), one, strict=True)))
    assert await _drawn_alone(pg_server.superuser_dsn, coming) == [{one}]


async def _drawn_alone(dsn: str, coming: set[tuple[str, str]]) -> list[set[tuple[str, str]]]:
    """Rows touched by one transaction since the first freeze, all of them visits to come."""
    touched = await dumping.touched(dsn, NAME, "site", "code")
    return [rows for rows in touched.values() if rows <= coming]


def test_all_sealed_rows_of_a_kind_have_one_length(dump: dict[str, str]) -> None:
    for table in ("task", "task_rewrite"):
        lengths = {len(blob) for blob in re.findall(r"\\x([0-9a-f]{200,})", dump[table])}
        assert len(lengths) == 1, (table, lengths)


def test_reads_journalled_are_reads_made(quarter: Quarter, dump: dict[str, str]) -> None:
    """Every sealed row that was opened stands in a journal row of its own reading, and nothing else does."""
    noted: Counter[tuple[str, int, str]] = Counter()
    for target in re.findall(r'sealed\.read,"draw ([^"]+)"', dump["journal"]):
        whose, _, rows = target.partition(" ")
        bureau, _, number = whose.partition("/")
        kind, _, rest = rows.partition("/")
        names = [f"{kind}/{one}" for one in spread(rest)] if kind in ("task", "event", "change") else [rows]
        for name in filter(None, names):
            noted[bureau, int(number), name] += 1
    assert sum(noted.values()) > 100 and noted == quarter.opened


def spread(rest: str) -> list[str]:
    """ "1-3" and "0,2" as single rows."""
    first, dash, last = rest.partition("-")
    return (
        [str(n) for n in range(int(first), int(last) + 1)]
        if dash
        else [one for one in rest.split(",") if one]
    )


def test_the_private_files_stay_private(quarter: Quarter) -> None:
    loose = [
        str(path)
        for folder in (quarter.home.keys, quarter.home.outside)
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o077
    ]
    assert not loose
