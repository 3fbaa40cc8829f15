"""Each layer alone: stores with row security off, and row security with the stores' predicates off.

Every public function of tenants/stores is called with the keys of the own and of the other bureau, once with
the other bureau's rows there and once without: it must do and answer the same, and change none of those rows.
With both layers off the same call must show a difference, else the question was empty.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Problem
from services.embedded import PostgresServer
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import enter, make_engine
from tenants.urls import DatabaseUrls

from .calls import Store, every_store
from .rows import FOREIGN, MARK, OWN, tables

STORES = every_store()
NAMES = ("prove_full", "prove_bare")
SCOPE = Scope.own(OWN, "nobody")
RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
DIGEST = " union all ".join(
    f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from \"{t.name}\" t"
    f" where bureau = '{FOREIGN}'"
    for t in tables()
)
# Functions that name the scope's bureau in so many words, in what they insert or whose row they hold: with
# both layers off they still reach no other. Whoever adds one here has read it.
OF_ITSELF = [
    "anchors.put", "arrivals.keep", "attachments.keep", "job_runs.begin",
    "changes.keep", "companions.keep", "declarations.absent", "declarations.recused",
    "differences.seen_outside", "draw_reads.locked",
    "draws.amend", "draws.drawn", "draws.freeze", "draws.opened", "draws.take_in",
    "draws.void", "events.keep", "idempotency.keep", "imports.find_same", "imports.keep",
    "import_checks.put", "import_headings.keep", "joints.link",
    "evidence.of_batch", "evidence.withdraw", "hooks.put", "hooks.tell",
    "key_checks.add", "leaks.propose", "leaks.report",
    "invitations.invite", "journal.follow", "journal.heads", "journal.hold_chain",
    "minutes.keep", "notices.keep", "notify_channels.keep_key", "notify_choices.keep",
    "officer_spans.keep", "officer_trainings.keep",
    "outbox.add", "rewrites.keep", "sealed.put",
    "task_plans.keep", "tasks.keep", "told_lines.keep", "successors.say",
    "tasks.reassign", "voices.complain", "voices.keep_door", "voices.rate", "visit_requests.keep",
    "voids.approve", "voids.propose",
]  # fmt: skip
# the other bureau's row as the function looks for it, where the ground's is in another state
BEFORE = {
    "voices.answer": "visit_complaint set answer = null, answered_by = null, answered_at = null",
    "audits.answer": "audit_finding set state = 'sent', sent_at = '2026-01-05'",
    "audits.ask_again": "audit_finding set state = 'done', responsible = 'r', post = 'p', measure = 'm',"
    " words = 'w', due = '2026-02-01', sent_at = '2026-01-05'",
    "audits.close": "audit_case set state = 'sent', sent_at = opened_at, sent_by = 's',"
    " number = 1, proposed_by = 'p', letter = 'x', size = 0",
    "audits.finish": "audit_finding set state = 'answered', responsible = 'r', post = 'p', measure = 'm',"
    " words = 'w', due = '2026-02-01', sent_at = '2026-01-05'",
    "audits.next_number": "audit_case set state = 'sent', sent_at = opened_at, sent_by = 's',"
    " number = 1, proposed_by = 'p', letter = 'x', size = 0",
    "audits.say": "audit_check set k = 50005",
    "audits.send": "audit_case set state = 'proposed', proposed_by = 'p', letter = 'x', size = 0",
    "audits.send_back": "audit_case set state = 'proposed', proposed_by = 'p', letter = 'x', size = 0",
    "audits.settle": "audit_finding set state = 'done', responsible = 'r', post = 'p', measure = 'm',"
    " words = 'w', due = '2026-02-01', sent_at = '2026-01-05'",
    "deliveries.again": "delivery set state = 'dead', settled_at = made_at",
    "inbound.check_states": "inbound_file set check_id ="
    " (select i.id from import_check i where i.bureau = inbound_file.bureau limit 1)",
    "hooks.again": "hook_delivery set state = 'dead', settled_at = made_at",
    "hooks.end": "hook set ended_by = null, ended_at = null",
    "hooks.live": "hook set ended_by = null, ended_at = null",
    "hooks.renew": "hook set ended_by = null, ended_at = null",
    "deliveries.unanswered": "delivery set state = 'sent', settled_at = null",
    "visit_requests.use": "visit_request set state = 'approved', decided_by = 'd', decided_name = 'd',"
    " decided_at = asked_at, decided_why = '', visit_id = id",
    "visits.last_returned": "visit set state = 'returned'",
    "side_by_side.caps_chosen": "rule_choice set key = 'cap.visits'",
    "timeline.published": "notice set published_at = '2026-01-05'",
    "timeline.withdrawn": "notice set withdrawn_at = '2026-01-05', withdrawn_why = 'x',"
    " published_at = '2026-01-05'",
    "audits.told": "audit_case set state = 'sent', sent_at = opened_at, sent_by = 's',"
    " number = 1, proposed_by = 'p', letter = 'x', size = 0",
    "audits.told_one": "audit_case set state = 'sent', sent_at = opened_at, sent_by = 's',"
    " number = 1, proposed_by = 'p', letter = 'x', size = 0",
    "audits.told_checks": "audit_check set sent_at = '2026-01-05'",
    "audits.told_findings": "audit_finding set state = 'sent', sent_at = '2026-01-05'",
    "audits.told_steps": "audit_step set sent_at = '2026-01-05'",
    "calendar.reopen_days": "closure set withdrawn_at = null, withdrawn_by = null",
    "choices.composed": "rule_choice set composed = '{}'",
    "choices.revoke": "rule_choice set approved_by = 'y', approved_at = at, effective = '2030-01-01'",
    "clocks.published_of": "notice set published_at = '2026-01-01'",
    "declarations.of_draw": "declaration set kind = 'recusal', day = null, draw_no = 700007, slot = 50005",
    "companions.end": "companion set ended_at = null, ended_by = null",
    "companions.of_subject": "companion set ended_at = null, ended_by = null, subject = 'nobody'",
    "comparing.visits_in": "visit set uploaded_at = null, upload_due = '2020-01-01',"
    " started_at = '2026-01-05'",
    "comparing.overdue_in": "draw set state = 'drawn', m = 'x', manifest = '{}', z = 'x',"
    " reveal_by = '2020-01-01'",
    "differences.past_of": "site_change set at = at + interval '1 day'",
    "draw_reads.before": "draw set m = 'x', draw_no = 6",
    "draw_reads.last_m": "draw set m = 'x'",
    "draws.beacon_entered": "draw set state = 'frozen', m = 'x', manifest = '{}'",
    "draws.take_over": "draw set beacon_at = '2020-01-01'",
    "edits.last_freeze": "draw set draw_no = 6, frozen_at = '2020-01-01'",
    "edits.roster_freeze": "draw set frozen_at = '2020-01-01'",
    "officer_loads.by_period": "task set state = 'dispatched'",
    "officers.as_of": "officer_change set at = at - interval '1 day', after = jsonb_build_object("
    "'certificate', 'x', 'name', '外单位', 'unit', 'x', 'valid_until', '2030-01-01', 'lead', true,"
    " 'on_post', true, 'leave', jsonb_build_array(), 'recusals', jsonb_build_array(), 'person', '')",
    "sites.import_steps": "site_change set before = null,"
    " batch = (select b.id from import_batch b where b.bureau = site_change.bureau), after ="
    " (select to_jsonb(s) from site s where s.bureau = site_change.bureau and s.code = site_change.code)",
    "import_headings.forget": "import_heading set field = 'name'",
    "import_headings.of_kind": "import_heading set field = 'name'",
    "officer_imports.frozen_since": "draw set frozen_at = '2030-01-01'",
    "officer_imports.import_steps": "officer_change set before = null,"
    " batch = (select b.id from import_batch b where b.bureau = officer_change.bureau), after ="
    " jsonb_build_object('certificate', certificate, 'name', '外单位', 'unit', 'x', 'valid_until',"
    " '2030-01-01', 'lead', true, 'on_post', true, 'leave', jsonb_build_array(), 'recusals',"
    " jsonb_build_array(), 'person', '')",
    "outbox.free": "outbox set stuck_at = '2020-01-01'",
    "journal_pages.last_before": "journal set at = '2019-01-01'",
    "glass.count_reads": 'journal set after = \'{"glass": "外单位"}\'',
    "glass.reads": "journal set after = jsonb_build_object('glass',"
    " (select id from glass g where g.bureau = journal.bureau))",
    "idempotency.clear": "idempotency set at = '2020-01-01'",
    "exports.holding": "export_mark set kind = '外单位-kinds'",
    "leaks.close": "leak_case set state = 'decided', finding = 'founded', proposed_by = 'p',"
    " proposed_at = at, decided_by = 'd', decided_at = at",
    "leaks.done": "leak_measure set proposal = 50005, k = 50005",
    "leaks.send_back": "leak_case set state = 'proposed', proposal = 50005, finding = 'founded',"
    " proposed_by = 'p', proposed_at = at",
    "members.end": "membership set role = 'platform'",
    "members.refuse_conflicts": "membership set role = 'registry_keeper'",
    "members.refuse_overlap": "membership set role = 'registry_keeper'",
    "members.rename": "membership set role = 'platform'",
    "members.restore": "membership set role = 'platform', suspended_at = '2020-01-01', suspended_by = 's',"
    " suspended_hands = '{s}'",
    "members.shorten": "membership set role = 'platform'",
    "members.suspend": "membership set role = 'platform'",
    "notify_channels.end": "notify_channel set ended_at = null, ended_by = null",
    "notify_channels.live": "notify_channel set ended_at = null, ended_by = null",
    "notify_channels.rewrap": "notify_key set wrapped = 'changed'",
    "notify_channels.some": "notify_channel set ended_at = null, ended_by = null",
    "notify_channels.wrapped": "notify_key set made_at = '2030-01-01'",
    "notify_counts.corrections": "finding set corrected_at = null, order_due = '2026-01-01'",
    "notify_counts.draws_within": "draw set state = 'prepared', beacon_at = '2026-01-05T02:00:00Z'",
    "notify_counts.publications": "visit set state = 'accepted', visit_type = 'random',"
    " draw_no = coalesce(draw_no, 1), publish_due = '2026-01-01'",
    "notify_counts.tasks_open": "assignment set from_day = '2026-01-05', until_day = null;"
    " task set state = 'dispatched'",
    "notify_counts.tasks_new": "assignment set from_day = '2026-01-05', until_day = null;"
    " task set state = 'dispatched'",
    "notify_counts.uploads": "visit set state = 'accepted', reviewed_by = 'r', uploaded_at = null,"
    " upload_id = null, upload_due = '2026-01-01'",
    "notify_messages.again": "notify_message set state = 'dead', settled_at = made_at",
    "outbox.clear": "outbox set done_at = '2020-01-01'",
    "records.cleaned": "bureau_move set state = 'done', source = '外单位-place'",
    "records.known_there": "bureau_move set source = '外单位-place'",
    "records.leftovers": "bureau_move set state = 'done'",
    "rewraps.replace": "draw set wrapped_key = 'changed'",
    "rewraps.wrapped": "draw set wrapped_key = 'changed'",
    "platform_lists.differing": "platform_list set verdict = 'different', missing = 1",
    "evidence.shown": "special_evidence set until = '2030-01-01';"
    " special_withdrawal set id = gen_random_uuid()",
    "key_takes.latest": "key_list_take set undone_at = null, undone_by = null",
    "key_takes.of_site": "key_list_take set undone_at = null, undone_by = null, sites = jsonb_build_object("
    "(select code from site s where s.bureau = key_list_take.bureau limit 1), 'became')",
    "key_takes.undone": "key_list_take set undone_at = null, undone_by = null, batch = id",
    "merges.of_batch": "roster_merge set state = 'taken', batch = id, decided_at = at, decided_by = 'y'",
    "submissions.sources_of": "roster_submission set state = 'merged', batch = id, decided_at = at,"
    " decided_by = 'y'; site set batch = (select id from roster_submission s where s.bureau = site.bureau)",
    "superior_reads.of_bureau": 'journal set after = \'{"reader": "999999"}\'',
    "superior_reads.tally": "journal set after = '{\"reader\": \"999999\"}', at = '2030-01-01'",
    "tasks.of_officer": "task set state = 'dispatched'",
    "waivers.approve": "waiver set state = 'proposed', proposed_by = 'p', proposed_at = asked_at",
    "waivers.granted_to": "waiver set state = 'granted', proposed_by = 'p', proposed_at = asked_at,"
    " approved_by = 'a', approved_at = asked_at",
    "waivers.withdraw": "waiver set state = 'granted', proposed_by = 'p', proposed_at = asked_at,"
    " approved_by = 'a', approved_at = asked_at",
    "visits.reopen": "visit set state = 'recorded'",
    "visits.review": "visit set state = 'recorded'",
}


@dataclass(frozen=True)
class Outcome:
    """What a call answered and what became of the other bureau's rows."""

    answer: str
    changed: bool = False


@contextmanager
def predicates_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every store forgets its scope."""
    with monkeypatch.context() as patch:
        for store in STORES:
            names = store.call.__globals__
            for name in ("within", "own"):
                if name in names:
                    patch.setitem(names, name, lambda scope, column: true())
            if "require_own" in names:
                patch.setitem(names, "require_own", lambda scope, bureau: None)
        yield


@pytest.fixture(scope="module")
async def both(
    ground: DatabaseUrls, pg_server: PostgresServer
) -> AsyncIterator[tuple[AsyncConnection, AsyncConnection]]:
    """Two databases as superuser, triggers and foreign keys off: with the other bureau's rows and without."""
    async with administer(pg_server.superuser_dsn) as db:
        for name in NAMES:
            await db.exec_driver_sql(f"create database {name} template prove_rows")
    async with AsyncExitStack() as stack:
        full, bare = [await stack.enter_async_context(_opened(pg_server, name)) for name in NAMES]
        for table in tables():
            await bare.execute(text(f"delete from \"{table.name}\" where bureau = '{FOREIGN}'"))
        yield full, bare


@asynccontextmanager
async def _opened(server: PostgresServer, name: str) -> AsyncIterator[AsyncConnection]:
    engine = make_engine(f"{server.superuser_dsn.rsplit('/', 1)[0]}/{name}")
    async with engine.connect() as db:
        transaction = await db.begin()
        await db.execute(text("set local session_replication_role = replica"))
        yield db
        await transaction.rollback()
    await engine.dispose()


async def outcome(db: AsyncConnection, store: Store, bureau: str, role: str) -> Outcome:
    inner = await db.begin_nested()
    try:
        if store.name in BEFORE:
            for change in BEFORE[store.name].split(";"):
                await db.execute(text(f"update {change} where bureau = '{FOREIGN}'"))
        before = await digest(db)
        await enter(db, SCOPE)
        if role:
            await db.execute(text(f"set local role shuangsui_{role}"))
        try:
            answer = repr(await store.call(**store.given(db, SCOPE, bureau)))
        except Problem as problem:
            return Outcome(type(problem).__name__)
        except DBAPIError as error:
            return Outcome(f"refused {getattr(error.orig, 'sqlstate', '')}")
        await db.execute(text("reset role"))
        return Outcome(RANDOM.sub("<id>", answer), before != await digest(db))
    finally:
        await inner.rollback()


async def digest(db: AsyncConnection) -> str:
    return "".join((await db.scalars(text(DIGEST))).all())


async def leaks(both: tuple[AsyncConnection, AsyncConnection], store: Store, role: str) -> list[str]:
    """What is wrong with one function; the database without the rows tells what is right."""
    full, bare = both
    wrong = []
    for bureau in (FOREIGN, OWN):
        here, there = await outcome(full, store, bureau, role), await outcome(bare, store, bureau, role)
        if here.answer != there.answer:
            wrong.append(f"{store.name} {bureau}: {here.answer[:300]} instead of {there.answer[:300]}")
        if here.changed or there.changed:
            wrong.append(f"{store.name} {bureau}: changed the other bureau's rows")
    return wrong


SCOPED = [store for store in STORES if store.kind == "scoped"]
PUBLIC = [store for store in STORES if store.kind in ("public", "login")]


def test_every_store_function_is_classified() -> None:
    assert [store.name for store in STORES if store.kind == "unknown"] == []
    assert len(SCOPED) > 100 and len(PUBLIC) > 10


async def test_predicates_alone_hold(both) -> None:
    """As the superuser, whom no policy binds."""
    assert [fault for store in SCOPED for fault in await leaks(both, store, "")] == []


async def test_row_security_alone_holds(both, monkeypatch: pytest.MonkeyPatch) -> None:
    with predicates_off(monkeypatch):
        assert [fault for store in SCOPED for fault in await leaks(both, store, "app")] == []


async def test_with_both_off_every_question_shows_a_leak(both, monkeypatch: pytest.MonkeyPatch) -> None:
    with predicates_off(monkeypatch):
        empty = {store.name for store in SCOPED if not await leaks(both, store, "")}
    assert (empty - set(OF_ITSELF), set(OF_ITSELF) - empty) == (set(), set())


@pytest.mark.parametrize("role", ["", "portal"])
async def test_what_is_not_published_is_not_public(both, role: str) -> None:
    """With row security off the stores' own words hold; with it, the policies."""
    full, _ = both
    shown = {}
    for store in PUBLIC:
        for bureau in (FOREIGN, OWN):
            made = await outcome(full, store, bureau, role)
            if MARK in made.answer or (bureau == FOREIGN and "changed" in made.answer):
                shown[store.name] = made.answer[:200]
    assert not shown
