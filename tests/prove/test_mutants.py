"""Every row-security policy wrong in every way, one by one: behaviour or the catalogue lint must see it."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from inspect import signature
from typing import Any

import asyncpg
import pytest

from services.embedded import PostgresServer
from tenants.urls import DatabaseUrls
from tests.tenants import test_catalogue

from .policies import Mutant, mutants, policies
from .probing import Answer, Question, another, answer, of_bureau, of_deployment, shared
from .rows import FOREIGN, OWN, tables

KEYS = {t.name: [c.name for c in t.primary_key] for t in tables()}
SHARED = {
    "bureau": ("name", {"code": "999998", "name": "x", "level": "county", "path": [], "labels": {},
                        "database": "shared"}),
    "witness_key": ("vkey", {"name": "y", "vkey": "x"}),
    "calendar_notice": ("text", {"year": 2031, "version": 1, "text": "x", "holidays": [], "workdays": [],
                                 "by": "x", "at": "2026-01-01T00:00:00Z"}),
}  # fmt: skip
DEPLOYMENT = {  # by a column, a further row, and whether every role may read it
    "unit_decision": ("databases", {"unit": "00000000-0000-0000-0000-000000000009", "databases": ["own1"],
                                    "at": "2026-01-01T00:00:00Z"}, False),
    "deployment_job": ("stamp", {"job": "y", "stamp": "x", "tried_at": "2026-01-01T00:00:00Z",
                                 "tries": 0}, True),
}  # fmt: skip
# policies are proved alone: as if every grant had been given away
LAVISH = (
    "grant select, insert, update, delete on all tables in schema public to shuangsui_app, shuangsui_auditor"
)
FURTHER = (
    "insert into witness_key (name, vkey) values ('x', 'x')",
    "insert into calendar_notice values (2030, 1, 'x', '[]', '[]', 'x', now())",
    "insert into unit_decision values (gen_random_uuid(), '{own1}', now())",
    "insert into deployment_job (job, stamp, tried_at, tries) values ('x', 'x', now(), 0)",
)


@pytest.fixture
async def plain(ground: DatabaseUrls, pg_server: PostgresServer) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, triggers and foreign keys off, in a transaction that is rolled back at the end."""
    db = await asyncpg.connect(f"{pg_server.superuser_dsn.rsplit('/', 1)[0]}/prove_rows")
    transaction = db.transaction()
    await transaction.start()
    await db.execute("set local session_replication_role = replica")
    for statement in (*FURTHER, LAVISH):
        await db.execute(statement)
    yield db
    await transaction.rollback()
    await db.close()


async def questions(db: asyncpg.Connection, table: str) -> list[Question]:
    if table in SHARED:
        column, row = SHARED[table]
        return list(shared(table, column, json.dumps(row)))
    if table in DEPLOYMENT:
        column, row, shown = DEPLOYMENT[table]
        return list(of_deployment(table, column, json.dumps(row), shown=shown))
    kept = {
        b: await db.fetchval(f"select to_jsonb(t) from {table} t where bureau = $1", b)
        for b in (OWN, FOREIGN)
    }
    rows = {bureau: another(json.loads(row), KEYS[table]) for bureau, row in kept.items()}
    return list(of_bureau(table, rows))


LINT = (
    test_catalogue.test_security_is_on_and_forced,
    test_catalogue.test_policies_table_by_table,
    test_catalogue.test_policies_read_the_settings,
    test_catalogue.test_the_mover_sees_the_bureau_it_moves_and_writes_only_where_it_does_not_live,
)


async def seen_by_lint(db: asyncpg.Connection) -> bool:
    async def ask(sql: str, **params: Any) -> list[Any]:
        names = list(params)
        for n, name in enumerate(names, 1):
            sql = re.sub(rf"(?<!:):{name}\b", f"${n}", sql)
        return [tuple(row) for row in await db.fetch(sql, *params.values())]

    given = {"template_rows": ask, "expected_policies": test_catalogue.expected_policies.__wrapped__()}
    for one in LINT:
        try:
            await one(**{name: given[name] for name in signature(one).parameters})
        except AssertionError:
            return True
    return False


async def seen_by_behaviour(
    db: asyncpg.Connection, asked: list[Question], sound: list[Answer]
) -> Question | None:
    for question, wanted in zip(asked, sound, strict=True):
        if await answer(db, question) != wanted:
            return question
    return None


async def test_the_sound_database_answers_safely(plain: asyncpg.Connection) -> None:
    unsafe = []
    for table in {policy.table for policy in await policies(plain)}:
        for question in await questions(plain, table):
            got = await answer(plain, question)
            if not question.safe(got):
                unsafe.append((table, question.name, got))
    assert unsafe == []
    assert not await seen_by_lint(plain)


async def test_every_mutant_is_seen(plain: asyncpg.Connection, record_property: Any) -> None:
    kept = await policies(plain)
    asked = {t: await questions(plain, t) for t in {p.table for p in kept}}
    sound = {t: [await answer(plain, q) for q in list_] for t, list_ in asked.items()}
    seen: Counter[str] = Counter()
    survivors: list[str] = []
    for mutant in mutants(kept):
        by = await _seen(plain, mutant, asked[mutant.table], sound[mutant.table])
        seen[by] += 1
        if by == "nobody":
            survivors.append(mutant.what)
    record_property("seen", dict(seen))
    assert survivors == []
    assert seen["behaviour"] > 300 and {p.table for p in kept} >= set(KEYS)


async def _seen(db: asyncpg.Connection, mutant: Mutant, asked: list[Question], sound: list[Answer]) -> str:
    inner = db.transaction()
    await inner.start()
    try:
        for statement in mutant.sql:
            await db.execute(statement)
        if await seen_by_behaviour(db, asked, sound):
            return "behaviour"
        return "lint" if await seen_by_lint(db) else "nobody"
    finally:
        await inner.rollback()
