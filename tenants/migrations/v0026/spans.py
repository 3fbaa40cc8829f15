"""Leave and recusals of officers: entered once with a reason, ended once, never changed.

Two leaves of an officer do not overlap, whoever enters them; rows that are copied were checked already.
"""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_APART = """
create function officer_span_apart() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.ended_at is not null then
    raise exception using errcode = '23514', constraint = 'officer_span_steps', message = 'born ended';
  end if;
  perform pg_advisory_xact_lock(
    hashtextextended('shuangsui/leave/' || new.bureau || '/' || new.certificate, 0));
  if new.kind = 'leave' and exists (
    select from public.officer_span o
    where o.bureau = new.bureau and o.certificate = new.certificate and o.kind = 'leave'
      and o.ended_at is null and o.first <= new.last and new.first <= o.last
  ) then
    raise exception using errcode = '23514', constraint = 'officer_span_apart', message = 'leave overlaps';
  end if;
  return new;
end $$
"""
_STEPS = """
create function officer_span_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.ended_at is not null or new.ended_at is null
    or (new.bureau, new.id, new.certificate, new.kind, new.site, new.first, new.last, new.reason,
        new.remark, new.declared, new.at, new."by")
      is distinct from
       (old.bureau, old.id, old.certificate, old.kind, old.site, old.first, old.last, old.reason,
        old.remark, old.declared, old.at, old."by")
  then
    raise exception using errcode = '23514', constraint = 'officer_span_steps', message = 'ended span';
  end if;
  return new;
end $$
"""
GUARDS = (
    "grant select, insert, update (ended_at, ended_by, ended_why) on officer_span to shuangsui_app",
    "grant select on officer_span to shuangsui_auditor",
    _APART,
    "create trigger officer_span_apart before insert on officer_span for each row"
    " when (current_user <> 'shuangsui_migrator') execute function officer_span_apart()",
    _STEPS,
    "create trigger officer_span_steps before update on officer_span"
    " for each row execute function officer_span_steps()",
)


def create() -> None:
    """The table, its policies and its steps."""
    op.create_table(
        "officer_span",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint("kind in ('leave', 'recusal')", name="officer_span_kind"),
        sa.CheckConstraint(
            "(kind = 'recusal') = (site is not null) and (kind = 'recusal' or last is not null)",
            name="officer_span_object",
        ),
        sa.CheckConstraint("last is null or last >= first", name="officer_span_order"),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null)",
            name="officer_span_ended",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="officer_span_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "certificate"],
            ["officer.bureau", "officer.certificate"],
            name="officer_span_bureau_certificate_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "site"], ["site.bureau", "site.code"], name="officer_span_bureau_site_fkey"
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="officer_span_pkey"),
    )
    op.create_index("officer_span_officer_idx", "officer_span", ["bureau", "certificate", "at"])
    op.create_index(
        "officer_span_once",
        "officer_span",
        ["bureau", "certificate", "site"],
        unique=True,
        postgresql_where=sa.text("ended_at is null and kind = 'recusal'"),
    )
    guard("officer_span")
    movable("officer_span")
    for statement in GUARDS:
        op.execute(statement)
