"""The waiver itself, in the control database; the copy and the uses that travel with the bureau."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_EVERYWHERE = "((select nullif(current_setting('app.everywhere', true), ''))::text[])"
_BOUND = "shuangsui_app, shuangsui_auditor"

PAIRS = (
    "registry_keeper+drawer",
    "registry_keeper+city_drawer",
    "dispatcher+drawer",
    "dispatcher+city_drawer",
    "roster_editor+drawer",
)
_ALLOWED = (
    "cardinality(pairs) > 0 and pairs <@ array[" + ", ".join(f"'{pair}'" for pair in PAIRS) + "]::text[]"
)
_DAYS = "until >= since and until < since + interval '1 year'"
_HANDS = "approved_by <> proposed_by"
_NOT_OWN = (
    "proposed_by <> asked_by and proposed_by <> subject"
    " and approved_by <> asked_by and approved_by <> subject"
)

_ENDED = (
    "ended_at is null or ended_at >= approved_at"
    " and ended_on is not distinct from (ended_at at time zone 'Asia/Shanghai')::date"
)

# What may be exchanged while a waiver goes its way is named step by step; everything else stays as asked.
_STEPS = """
create function waiver_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
declare fits boolean;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'asked' or not exists (
      select from public.bureau b where b.code = new.bureau and b.parent = new.above
    ) then
      raise exception using errcode = '23514', constraint = 'waiver_steps', message = 'not of the superior';
    end if;
    return new;
  end if;
  fits := case
    when old.state = 'asked' and new.state = 'proposed' then
      new.proposed_by is not null and new.since >= old.since and new.until <= old.until
      and (new.decided_by, new.approved_by, new.ended_by) is not distinct from (null, null, null)
    when old.state in ('asked', 'proposed') and new.state in ('refused', 'dropped') then
      new.decided_by is not null
      and (new.since, new.until, new.proposed_by, new.proposed_at, new.opinion, new.approved_by, new.ended_by)
        is not distinct from
        (old.since, old.until, old.proposed_by, old.proposed_at, old.opinion, null, null)
    when old.state = 'proposed' and new.state = 'granted' then
      new.approved_by is not null and new.until = old.until
      and new.since = greatest(old.since, (new.approved_at at time zone 'Asia/Shanghai')::date)
      and (new.proposed_by, new.proposed_at, new.opinion, new.decided_by, new.ended_by)
        is not distinct from (old.proposed_by, old.proposed_at, old.opinion, null, null)
    when old.state = 'granted' and new.state = 'withdrawn' then
      new.ended_by is not null
      and (new.since, new.until, new.proposed_by, new.proposed_at, new.opinion, new.approved_by,
          new.approved_at, new.decided_by)
        is not distinct from
        (old.since, old.until, old.proposed_by, old.proposed_at, old.opinion, old.approved_by,
          old.approved_at, null)
    else false end;
  if not coalesce(fits, false) then
    raise exception using errcode = '23514', constraint = 'waiver_steps', message = 'not the next step';
  end if;
  return new;
end $$
"""

# Where the waiver itself can be read, its copy says the same; in a database of the bureau's own it cannot.
_COPIED = """
create function waiver_copied() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'UPDATE' and (old.ended_at is not null or new.ended_at is null) then
    raise exception using errcode = '23514', constraint = 'waiver_copied', message = 'settled waiver';
  end if;
  if tg_op = 'INSERT' and new.ended_at is not null then
    raise exception using errcode = '23514', constraint = 'waiver_copied', message = 'ended before it began';
  end if;
  if public.place_here() = 'shared' and not exists (
    select from public.waiver w
    where (w.bureau, w.id, w.above, w.subject, w.name, w.pairs, w.since, w.until, w.reason, w.staff,
        w.asked_by, w.proposed_by, w.approved_by, w.approved_at)
      = (new.bureau, new.id, new.above, new.subject, new.name, new.pairs, new.since, new.until, new.reason,
        new.staff, new.asked_by, new.proposed_by, new.approved_by, new.approved_at)
      and w.state = case when new.ended_at is null then 'granted' else 'withdrawn' end
      and (w.ended_at, w.ended_why) is not distinct from (new.ended_at, new.ended_why)
  ) then
    raise exception using errcode = '23514', constraint = 'waiver_copied', message = 'no such waiver';
  end if;
  return new;
end $$
"""

# Whoever acts under a waiver says so, in force that day and shown to the public.
_USED = """
create function draw_waiver_holds() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if not exists (
    select from public.waiver_copy c
    where c.bureau = new.bureau and c.id = new.waiver and c.subject = new.subject and new.pair = any(c.pairs)
      and c.ended_at is null and c.public_at is not null
      and (new.at at time zone 'Asia/Shanghai')::date between c.since and c.until
  ) then
    raise exception using errcode = '23514', constraint = 'draw_waiver_holds', message = 'no waiver in force';
  end if;
  return new;
end $$
"""

GUARDS = (
    "alter table waiver enable row level security, force row level security",
    # the superior that is asked reads what it is to decide; it writes within the bureau that asked
    f"create policy waiver_read on waiver as restrictive for select to {_BOUND}"
    f" using (bureau = any({_VISIBLE}) or bureau = any({_EVERYWHERE}) or above = {_OWN})",
    f"create policy waiver_insert on waiver as restrictive for insert to {_BOUND}"
    f" with check (bureau = {_OWN})",
    f"create policy waiver_update on waiver as restrictive for update to {_BOUND}"
    f" using (bureau = {_OWN}) with check (bureau = {_OWN})",
    f"create policy waiver_delete on waiver as restrictive for delete to {_BOUND} using (bureau = {_OWN})",
    "create policy waiver_app on waiver to shuangsui_app using (true) with check (true)",
    "create policy waiver_auditor on waiver for select to shuangsui_auditor using (true)",
    "grant select, insert, update (state, since, until, opinion, proposed_by, proposed_name, proposed_at,"
    " approved_by, approved_name, approved_at, decided_by, decided_name, decided_at, decided_why,"
    " ended_by, ended_name, ended_at, ended_why, ended_on) on waiver to shuangsui_app",
    "grant select on waiver to shuangsui_auditor",
    _STEPS,
    "create trigger waiver_steps before insert or update on waiver"
    " for each row execute function waiver_steps()",
    "grant select, insert, update (ended_at, ended_why) on waiver_copy to shuangsui_app",
    "grant select on waiver_copy to shuangsui_auditor",
    # people's names are for the bureau and its superior; the public reads which duties, why and how long
    "create policy waiver_copy_portal on waiver_copy for select to shuangsui_portal"
    " using (public_at is not null)",
    "grant select (bureau, id, above, pairs, since, until, reason, staff, approved_at, public_at, ended_at,"
    " ended_why) on waiver_copy to shuangsui_portal",
    _COPIED,
    "create trigger waiver_copied before insert or update on waiver_copy for each row"
    " when (current_user <> 'shuangsui_migrator') execute function waiver_copied()",
    "grant select, insert on draw_waiver to shuangsui_app",
    "grant select on draw_waiver to shuangsui_auditor",
    "create policy draw_waiver_portal on draw_waiver for select to shuangsui_portal"
    " using (public_at is not null)",
    "grant select (bureau, draw_no, act, pair, waiver, at, public_at) on draw_waiver to shuangsui_portal",
    _USED,
    "create trigger draw_waiver_holds before insert on draw_waiver for each row"
    " when (current_user <> 'shuangsui_migrator') execute function draw_waiver_holds()",
    "create trigger draw_waiver_kept before update or delete or truncate on draw_waiver"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """Three tables, their policies and their steps."""
    _waiver()
    _copy()
    _uses()
    guard("waiver_copy")
    guard("draw_waiver")
    movable("waiver_copy")
    movable("draw_waiver")
    for statement in GUARDS:
        op.execute(statement)


def _words(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _waiver() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "waiver",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_words("above", "subject", "name"),
        sa.Column("pairs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        *_words("reason"),
        sa.Column("staff", sa.Integer(), nullable=False),
        *_words("state", "asked_by", "asked_name"),
        sa.Column("asked_at", moment, nullable=False),
        *_words("opinion", "proposed_by", "proposed_name", null=True),
        sa.Column("proposed_at", moment, nullable=True),
        *_words("approved_by", "approved_name", null=True),
        sa.Column("approved_at", moment, nullable=True),
        *_words("decided_by", "decided_name", "decided_why", null=True),
        sa.Column("decided_at", moment, nullable=True),
        *_words("ended_by", "ended_name", "ended_why", null=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'proposed', 'granted', 'refused', 'dropped', 'withdrawn')",
            name="waiver_state",
        ),
        sa.CheckConstraint(_ALLOWED, name="waiver_pairs"),
        sa.CheckConstraint(_DAYS, name="waiver_days"),
        sa.CheckConstraint("staff >= 1", name="waiver_staff"),
        sa.CheckConstraint("above <> bureau", name="waiver_apart"),
        sa.CheckConstraint(_HANDS, name="waiver_two_hands"),
        sa.CheckConstraint(_NOT_OWN, name="waiver_not_own"),
        sa.CheckConstraint(
            "(proposed_by is null) = (proposed_at is null) and (approved_by is null) = (approved_at is null)"
            " and (decided_by is null) = (decided_at is null) and (ended_by is null) = (ended_at is null)"
            " and (ended_by is null) = (ended_on is null)",
            name="waiver_named",
        ),
        sa.CheckConstraint(_ENDED, name="waiver_ended"),
        sa.CheckConstraint(
            "(state in ('granted', 'withdrawn')) = (approved_by is not null)"
            " and (approved_by is null or proposed_by is not null)"
            " and (state in ('refused', 'dropped')) = (decided_by is not null)"
            " and (state = 'withdrawn') = (ended_by is not null)",
            name="waiver_stage",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="waiver_bureau_fkey"),
        sa.ForeignKeyConstraint(["above"], ["bureau.code"], name="waiver_above_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="waiver_pkey"),
    )
    op.create_index("waiver_above_idx", "waiver", ["above"], unique=False)


def _copy() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "waiver_copy",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_words("above", "subject", "name"),
        sa.Column("pairs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        *_words("reason"),
        sa.Column("staff", sa.Integer(), nullable=False),
        *_words("asked_by", "proposed_by", "approved_by"),
        sa.Column("approved_at", moment, nullable=False),
        sa.Column("public_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        *_words("ended_why", null=True),
        sa.CheckConstraint(_ALLOWED, name="waiver_copy_pairs"),
        sa.CheckConstraint(_DAYS, name="waiver_copy_days"),
        sa.CheckConstraint("above <> bureau", name="waiver_copy_apart"),
        sa.CheckConstraint(_HANDS, name="waiver_copy_two_hands"),
        sa.CheckConstraint(_NOT_OWN, name="waiver_copy_not_own"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="waiver_copy_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="waiver_copy_pkey"),
    )


def _uses() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "draw_waiver",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), nullable=False),
        *_words("act", "pair"),
        sa.Column("waiver", sa.Uuid(), nullable=False),
        *_words("subject"),
        sa.Column("at", moment, nullable=False),
        sa.Column("public_at", moment, nullable=True),
        sa.CheckConstraint("act in ('freeze', 'beacon', 'run')", name="draw_waiver_act"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_waiver_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name="draw_waiver_bureau_draw_no_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "waiver"],
            ["waiver_copy.bureau", "waiver_copy.id"],
            name="draw_waiver_bureau_waiver_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "act", "pair", name="draw_waiver_pkey"),
    )
