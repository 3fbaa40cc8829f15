"""Moving a bureau: a gate for its writes in every database, the move's record, the mover's narrow rights.

A gate row says whether a bureau lives in this database and whether it is being moved; it follows the tree of
bureaus by itself. Every statement that writes a bureau's rows passes the gate first, in two parts:

1. A shared advisory lock, only tried: the mover takes it alone, so it waits for the writes under way while
   new ones are refused at once.
2. The gate row, locked FOR SHARE: a SERIALIZABLE transaction with an old snapshot cannot read it as it was.

The migrator copies: RLS shows it one bureau's rows when `app.moving` names the bureau, and lets it put and
remove rows only where that bureau does not live.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

TABLES = (
    "site", "site_change", "officer", "officer_change", "import_batch", "rule_choice", "plan", "draw",
    "draw_commit", "draw_void_proposal", "draw_sealed", "draw_event", "task", "assignment", "joint", "upload",
    "visit", "finding", "notice", "journal", "outbox", "idempotency", "duty", "entrustment", "key_list",
    "key_list_entry", "closure", "draw_change", "task_rewrite", "declaration", "roster_difference",
    "platform_list", "rule_revocation",
)  # fmt: skip
_MOVING = "(select nullif(current_setting('app.moving', true), ''))"
_BOUND = "shuangsui_app, shuangsui_auditor"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_EVERYWHERE = "((select nullif(current_setting('app.everywhere', true), ''))::text[])"
# The operator's commands, for all bureaus or for the one they name.
_SYSTEM = (
    "(select current_setting('app.system', true)) = 'on'"
    " and bureau = coalesce((select nullif(current_setting('app.bureau', true), '')), bureau)"
)
_APART = "(select public.bureau_apart())"

# Name of this database as `bureau.database` has it: the identity row carries it behind the deployment's.
_PLACE = """
create function place_here() returns text language sql stable set search_path = pg_catalog as $$
  select coalesce((select nullif(split_part(name, '/', 2), '') from public.database_identity), 'shared')
$$
"""
_HOLD = """
create function bureau_gate_hold(whose text) returns boolean
language plpgsql security definer set search_path = pg_catalog as $$
declare free boolean;
begin
  if not pg_try_advisory_xact_lock_shared(hashtextextended('shuangsui/gate/' || whose, 0)) then
    return false;
  end if;
  if exists (select from public.bureau_gate g where g.bureau = whose and (g.moving or not g.here)) then
    return false;  -- without waiting for a switch under way, or in doubt
  end if;
  select g.here and not g.moving into free from public.bureau_gate g where g.bureau = whose for share;
  return coalesce(free, true);  -- unknown bureaus have no rows: their foreign key says so
end $$
"""
_CHECK = """
create function bureau_gate_check() returns trigger language plpgsql set search_path = pg_catalog as $$
declare whose text := nullif(current_setting('app.bureau', true), '');
begin
  if current_user = 'shuangsui_migrator' and public.bureau_apart() is not null then
    return null;
  end if;
  if whose is not null and not public.bureau_gate_hold(whose) then
    raise exception using errcode = '55000', constraint = 'bureau_moving', message = 'the bureau is moving';
  end if;
  return null;
end $$
"""
_APART_FUNCTION = """
create function bureau_apart() returns text language sql stable set search_path = pg_catalog as $$
  select g.bureau from public.bureau_gate g
  where g.bureau = nullif(current_setting('app.moving', true), '') and not g.here
$$
"""
_FOLLOWS = """
create function bureau_gate_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into public.bureau_gate (bureau, here) values (new.code, new.database = public.place_here())
  on conflict (bureau) do update set here = excluded.here where bureau_gate.here <> excluded.here;
  return null;
end $$
"""
_RENAMED = """
create function bureau_gate_renamed() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  update public.bureau_gate g set here = (b.database = public.place_here())
  from public.bureau b where b.code = g.bureau and g.here <> (b.database = public.place_here());
  return null;
end $$
"""
# As of step 0007; but the rows of a bureau that moved away are removed from the home it left.
_REFUSE = """
create or replace function refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' and current_user = 'shuangsui_migrator' and public.bureau_apart() is not null
    and exists (select from pg_policy where polrelid = tg_relid and polname = tg_table_name || '_move_out')
  then
    return null;
  end if;
  raise exception using errcode = '42501', message = 'append-only table';
end $$
"""
# Rows that are copied were checked when they were written; some checks ask for a state that has passed.
_STEPS = (
    "drop trigger draw_change_steps on draw_change",
    "create trigger draw_change_steps before insert or update on draw_change for each row"
    " when (current_user <> 'shuangsui_migrator') execute function draw_change_steps()",
    "drop trigger draw_event_two_people on draw_event",
    "create trigger draw_event_two_people before insert on draw_event for each row"
    " when (current_user <> 'shuangsui_migrator') execute function draw_event_two_people()",
)
_STATEMENTS = (
    _PLACE,
    _APART_FUNCTION,
    _HOLD,
    _CHECK,
    _FOLLOWS,
    _RENAMED,
    _REFUSE,
    *_STEPS,
    "create trigger bureau_gate_follows after insert or update of database on bureau"
    " for each row execute function bureau_gate_follows()",
    "create trigger bureau_gate_renamed after insert or update of name on database_identity"
    " for each statement execute function bureau_gate_renamed()",
    "insert into bureau_gate (bureau, here) select code, database = place_here() from bureau",
    "grant select on bureau_gate to shuangsui_app, shuangsui_auditor",
    "grant select, insert, update (state, at, rows, size, tables, cleaned_at) on bureau_move"
    " to shuangsui_app",
    "grant select on bureau_move to shuangsui_auditor",
    "alter table bureau_move enable row level security, force row level security",
    f"create policy bureau_move_read on bureau_move as restrictive for select to {_BOUND}"
    f" using (bureau = any({_VISIBLE}) or bureau = any({_EVERYWHERE}) or ({_SYSTEM}))",
    f"create policy bureau_move_insert on bureau_move as restrictive for insert to {_BOUND}"
    f" with check ({_SYSTEM})",
    f"create policy bureau_move_update on bureau_move as restrictive for update to {_BOUND}"
    f" using ({_SYSTEM}) with check ({_SYSTEM})",
    f"create policy bureau_move_delete on bureau_move as restrictive for delete to {_BOUND}"
    f" using ({_SYSTEM})",
    "create policy bureau_move_app on bureau_move to shuangsui_app using (true) with check (true)",
    "create policy bureau_move_auditor on bureau_move for select to shuangsui_auditor using (true)",
    "revoke execute on function bureau_gate_hold(text) from public",
    "grant execute on function bureau_gate_hold(text) to shuangsui_app, shuangsui_migrator",
)


def create() -> None:
    """The gates, the moves, and what the mover may do with each table."""
    _gate()
    _move()
    for statement in _STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        movable(table)


def movable(table: str) -> None:
    """Let the mover copy a table's rows, and put the gate before every write; later steps call it too."""
    for name, verb, clause in (
        ("read", "select", f"using (bureau = {_MOVING})"),
        ("in", "insert", f"with check (bureau = {_APART})"),
        ("out", "delete", f"using (bureau = {_APART})"),
    ):
        op.execute(f"create policy {table}_move_{name} on {table} for {verb} to shuangsui_migrator {clause}")
    op.execute(
        f"create trigger {table}_gate before insert or update or delete on {table}"
        " for each statement execute function bureau_gate_check()"
    )


def _gate() -> None:
    op.create_table(
        "bureau_gate",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.Column("moving", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="bureau_gate_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", name="bureau_gate_pkey"),
    )


def _move() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "bureau_move",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("tables", postgresql.JSONB(), nullable=True),
        sa.Column("cleaned_at", moment, nullable=True),
        sa.CheckConstraint(
            "state in ('begun', 'copied', 'verified', 'switched', 'done', 'undone')", name="bureau_move_state"
        ),
        sa.CheckConstraint("source <> target", name="bureau_move_apart"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="bureau_move_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="bureau_move_pkey"),
    )
    op.create_index(
        "bureau_move_open_idx",
        "bureau_move",
        ["bureau"],
        unique=True,
        postgresql_where=sa.text("state not in ('done', 'undone')"),
    )
