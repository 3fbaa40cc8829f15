"""Census of what two people do: every such table refuses one hand, also to raw SQL of the app's own role."""

import re
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from tenants.errors import Conflict, OutOfScope, SameHand, WrongState
from tenants.roles import administer
from tenants.tables import metadata
from tests.prove import rows

from .story import COUNTY, county

ONE = "li"
# table -> who begins, who ends. A pair of columns that appears anywhere else makes the census red.
CENSUS = {
    "plan": ("made_by", "approved_by"),
    "rule_choice": ("proposed_by", "approved_by"),
    "rule_revocation": ("proposed_by", "approved_by"),
    "draw_void_proposal": ("by", "approved_by"),
    "draw_change": ("by", "approved_by"),
    "leak_case": ("proposed_by", "decided_by"),
    "visit": ("recorded_by", "reviewed_by"),
    "task": ("drawn_by", "dispatched_by"),
    "glass": ("asker", "approved_by"),
    "role_grant": ("proposed_by", "approved_by"),
    "keeper_handover": ("giver", "confirmed_by"),
    "visit_request": ("asked_by", "decided_by"),
    "waiver": ("proposed_by", "approved_by"),
    "waiver_copy": ("proposed_by", "approved_by"),
}
ENDS = ("approved_by", "reviewed_by", "dispatched_by", "decided_by", "confirmed_by", "granted_by")
# one person decides on what another handed in, or takes the own file; nothing of a draw hangs on it, and the
# keeper may do both
BY_ONE = {"roster_submission", "import_check", "roster_merge", "inbound_file"}

Hostile = tuple[str, ...]
# table -> (columns of the row at the start, statements of which one at least must be refused)
ATTEMPTS: dict[str, tuple[dict[str, object], list[Hostile]]] = {
    "plan": (
        {"state": "draft"},
        [
            ("update plan set state = 'approved', approved_by = 'li', approved_at = now()",),
            ("update plan set state = 'approved'",),
            ("update plan set made_by = 'z'",),
            (
                "update plan set state = 'approved', approved_by = 'head', approved_at = now()",
                "update plan set approved_by = 'z'",
            ),
        ],
    ),
    "rule_choice": (
        {},
        [
            ("update rule_choice set approved_by = 'li', approved_at = now()",),
            ("update rule_choice set proposed_by = 'z'",),
            (
                "update rule_choice set approved_by = 'head', approved_at = now()",
                "update rule_choice set approved_by = 'z'",
            ),
        ],
    ),
    "rule_revocation": (
        {},
        [
            ("update rule_revocation set approved_by = 'li', approved_at = now()",),
            ("update rule_revocation set proposed_by = 'z'",),
            (
                "update rule_revocation set approved_by = 'head', approved_at = now()",
                "update rule_revocation set approved_by = 'z'",
            ),
        ],
    ),
    "draw_void_proposal": (
        {},
        [
            ("update draw_void_proposal set approved_by = 'li', approved_at = now()",),
            ("update draw_void_proposal set by = 'z'",),
            (
                "update draw_void_proposal set approved_by = 'head', approved_at = now()",
                "update draw_void_proposal set approved_by = 'z'",
            ),
        ],
    ),
    "draw_change": (
        {},
        [
            (
                "update draw_change set approved_by = 'li', approved_at = now(),"
                " first_event = 1, last_event = 1",
            ),
            ("update draw_change set by = 'z'",),
            (
                "insert into draw_event (bureau, draw_no, n, blob, h, at)"
                " values ('411721', 1, 1, '', '', now())",
            ),
        ],
    ),
    "visit_request": (
        {"state": "asked"},
        [
            (
                "update visit_request set state = 'approved', decided_by = 'li', decided_name = 'li',"
                " decided_at = now(), decided_why = ''",
            ),
            ("update visit_request set state = 'approved'",),
            ("update visit_request set asked_by = 'z'",),
            (
                "update visit_request set state = 'refused', decided_by = 'head', decided_name = 'head',"
                " decided_at = now(), decided_why = 'x'",
                "update visit_request set decided_by = 'z'",
            ),
            (
                "insert into visit_request (bureau, id, visit_type, site_code, matter, source, officers,"
                " since, until, asked_by, asked_name, asked_at, state, decided_by, decided_name,"
                " decided_at, decided_why) values ('411721', gen_random_uuid(), 'case', 's', 'm', '', '{c}',"
                " '2026-01-05', '2026-01-05', 'z', 'z', now(), 'approved', 'li', 'li', now(), '')",
            ),
        ],
    ),
    "leak_case": (
        {"state": "proposed", "finding": "x", "proposed_at": rows.AT, "slots": [0]},
        [
            ("update leak_case set state = 'decided', decided_by = 'li', decided_at = now()",),
            (
                "update leak_case set state = 'decided', proposed_by = 'z', decided_by = 'li',"
                " decided_at = now()",
            ),
            (
                "insert into leak_case (bureau, n, draw_no, slots, seen_on, channel, reported_by, at, state,"
                " proposal, finding, proposed_by, proposed_at, decided_by, decided_at)"
                " values ('411721', 9, 1, '{0}', now(), 'x', 'li', now(), 'decided', 1, 'x', 'z', now(),"
                " 'li', now())",
            ),
        ],
    ),
    "visit": (
        {"state": "recorded"},
        [
            ("update visit set state = 'accepted', reviewed_by = 'li', reviewed_at = now()",),
            ("update visit set state = 'accepted'",),
            ("update visit set recorded_by = 'z'",),
        ],
    ),
    "task": (
        {"state": "drawn"},
        [
            ("update task set state = 'dispatched', dispatched_by = 'li', dispatched_at = now()",),
            ("update task set drawn_by = 'z'",),
        ],
    ),
    "waiver": (
        {"state": "proposed", "proposed_at": rows.AT},
        [
            (
                "update waiver set state = 'granted', approved_by = 'li', approved_name = 'x',"
                " approved_at = '2026-01-01'",
            ),
            ("update waiver set proposed_by = 'z'",),
            (
                "update waiver set state = 'granted', proposed_by = 'z', approved_by = 'li',"
                " approved_at = '2026-01-01'",
            ),
            ("update waiver set state = 'granted'",),
        ],
    ),
    "waiver_copy": (
        {},
        [
            ("update waiver_copy set approved_by = 'li'",),
            ("update waiver_copy set until = '2026-02-01'",),
            ("insert into waiver_copy select * from waiver_copy",),
        ],
    ),
    "glass": (
        {},
        [
            (
                "update glass set approved_by = 'li', approved_name = 'x', approved_at = asked_at,"
                " ends_at = asked_at + interval '5 min'",
            ),
            ("update glass set asker = 'z'",),
            ("insert into glass select * from glass",),
        ],
    ),
    "role_grant": (
        {"role": "drawer", "subject": "wang"},
        [
            ("update role_grant set approved_by = 'li', approved_at = now()",),
            ("update role_grant set approved_by = 'wang', approved_at = now()",),
            ("update role_grant set proposed_by = 'z'",),
            (
                "update role_grant set approved_by = 'head', approved_at = now()",
                "update role_grant set approved_by = 'z'",
            ),
            (
                "update role_grant set withdrawn_by = 'li', withdrawn_at = now()",
                "update role_grant set withdrawn_by = null, withdrawn_at = null,"
                " approved_by = 'head', approved_at = now()",
            ),
            (
                "insert into role_grant select bureau, gen_random_uuid(), 'zhao', name, role, certificate,"
                " since, until, why, proposed_by, proposed_at, 'head', now() from role_grant",
            ),
        ],
    ),
    "keeper_handover": (
        {"taker": "wang"},
        [
            ("update keeper_handover set confirmed_by = 'li', confirmed_at = now()",),
            ("update keeper_handover set confirmed_by = 'zhao', confirmed_at = now()",),
            ("update keeper_handover set taker = 'li'",),
            ("update keeper_handover set digest = repeat('f', 64)",),
            (
                "update keeper_handover set confirmed_by = 'wang', confirmed_at = now()",
                "update keeper_handover set withdrawn_by = 'li', withdrawn_at = now()",
            ),
        ],
    ),
}  # fmt: skip


def test_the_census_is_whole():
    found = {
        table.name
        for table in metadata.tables.values()
        if any(column.name in ENDS for column in table.columns)
    }
    assert found - BY_ONE - {"leak_measure"} == set(CENSUS) == set(ATTEMPTS)


async def test_every_one_of_them_has_its_check(template_rows):
    checks = await template_rows(
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype = 'c'"
    )
    told = {(table, clause.replace('"', "")) for table, clause in checks}
    for table, (begins, ends) in CENSUS.items():
        assert (table, f"CHECK (({ends} <> {begins}))") in told, table


NAMES = """
select conname from pg_constraint union select tgname from pg_trigger
union select (regexp_matches(prosrc, 'constraint = ''([a-z_]+)''', 'g'))[1] from pg_proc
"""


async def test_the_page_of_duties_names_what_the_database_has(template_rows):
    """Each row of the page names constraints that exist: checks, triggers, or the name a function raises."""
    page = (Path(__file__).parents[2] / "docs" / "duties.md").read_text("utf-8")
    table = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| ") and "`" in line]
    there = {name for (name,) in await template_rows(NAMES)}
    records = [cells for cells in table if len(cells) == 4]
    told = {name for cells in records for name in re.findall(r"`([a-z_]+)`", cells[0])}
    assert told == set(CENSUS) | {"draw_commit"}
    for cells in records:
        named = re.findall(r"`([a-z_]+)`", cells[3])
        assert named and set(named) <= there, (cells[0], set(named) - there)
    prose = set(re.findall(r"`((?:membership|role_grant|waiver|glass|draw|plan)_[a-z_]+)`", page))
    assert prose <= there | set(metadata.tables), prose - there


@pytest.fixture
async def begun(urls, superuser_dsn):
    """A row that one person began; written past every guard, so that only the end is on trial."""

    async def put(name: str) -> None:
        start, _ = ATTEMPTS[name]
        mine = {CENSUS[name][0]: ONE, **start}
        async with administer(superuser_dsn, urls.app.rsplit("/", 1)[1]) as db:
            await db.execute(text("set session_replication_role = replica"))
            for table in ("draw", name):
                wanted = mine if table == name else {}
                if table == "draw":
                    wanted = {"state": "drawn", "m": "a" * 64, "manifest": {}, "z": "c" * 64}
                await db.execute(
                    insert(metadata.tables[table]), [rows.row_of(metadata.tables[table], COUNTY, **wanted)]
                )
            await db.execute(text("set session_replication_role = origin"))

    return put


@pytest.mark.parametrize(
    ("name", "statements"), [(name, one) for name, (_, tries) in ATTEMPTS.items() for one in tries]
)
async def test_raw_sql_of_one_hand_is_refused(database, begun, name, statements):
    await begun(name)
    async with database.unit(county) as db:
        for statement in statements[:-1]:  # what is right goes through: the last one is the offence
            assert (await db.execute(text(statement))).rowcount == 1
    with pytest.raises((Conflict, OutOfScope)):
        async with database.unit(county) as db:
            await db.execute(text(statements[-1]))


@pytest.mark.parametrize("first", ["bureau", "witness"])
async def test_one_hand_commits_one_secret(database, begun, first):
    await begun("plan")  # with a draw
    commit = (
        "insert into draw_commit (bureau, draw_no, role, c, escrow_copy, at, by)"
        " values ('411721', 1, '{}', 'x', '', now(), '{}')"
    )
    second = {"bureau": "witness", "witness": "bureau"}[first]
    async with database.unit(county) as db:
        await db.execute(text(commit.format(first, ONE)))
    with pytest.raises(SameHand):
        async with database.unit(county) as db:
            await db.execute(text(commit.format(second, ONE)))
    async with database.unit(county) as db:
        await db.execute(text(commit.format(second, "wang")))


async def test_a_decided_case_keeps_who_decided(database, begun):
    await begun("leak_case")
    async with database.unit(county) as db:
        await db.execute(
            text("update leak_case set state = 'decided', decided_by = 'head', decided_at = now()")
        )
    with pytest.raises(WrongState):
        async with database.unit(county) as db:
            await db.execute(text("update leak_case set decided_by = 'z'"))
