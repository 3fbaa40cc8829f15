"""The roster passes from one named keeper to the next: what it held then, confirmed by both."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_BORN = """
create function keeper_handover_born() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.confirmed_by is not null or new.withdrawn_by is not null then
    raise exception using errcode = '23514', constraint = 'keeper_handover_steps', message = 'born confirmed';
  end if;
  return new;
end $$
"""
_STEPS = """
create function keeper_handover_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.confirmed_by is not null or old.withdrawn_by is not null
    or (new.bureau, new.n, new.giver, new.giver_name, new.giver_role, new.taker, new.taker_name, new.sites,
        new.active, new.officers, new.digest, new.note, new.given_at)
      is distinct from (old.bureau, old.n, old.giver, old.giver_name, old.giver_role, old.taker,
        old.taker_name, old.sites, old.active, old.officers, old.digest, old.note, old.given_at) then
    raise exception using errcode = '23514', constraint = 'keeper_handover_steps',
      message = 'settled handover';
  end if;
  return new;
end $$
"""
GUARDS = (
    "grant select, insert, update (confirmed_by, confirmed_at, withdrawn_by, withdrawn_at) on keeper_handover"
    " to shuangsui_app",
    "grant select on keeper_handover to shuangsui_auditor",
    _BORN,
    "create trigger keeper_handover_born before insert on keeper_handover for each row"
    " when (current_user <> 'shuangsui_migrator') execute function keeper_handover_born()",
    _STEPS,
    "create trigger keeper_handover_steps before update on keeper_handover"
    " for each row execute function keeper_handover_steps()",
)


def create() -> None:
    """The table, its policies and its steps. It travels with the bureau: it tells of the bureau's roster."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "keeper_handover",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("giver", "giver_name", "giver_role", "taker", "taker_name")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("sites", "active", "officers")),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given_at", moment, nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.CheckConstraint("giver_role in ('registry_keeper', 'bureau_head')", name="keeper_handover_role"),
        sa.CheckConstraint("giver <> taker", name="keeper_handover_apart"),
        sa.CheckConstraint("confirmed_by <> giver", name="keeper_handover_two_hands"),
        sa.CheckConstraint("confirmed_by = taker", name="keeper_handover_taker"),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="keeper_handover_digest"),
        sa.CheckConstraint(
            "(confirmed_at is null) = (confirmed_by is null)"
            " and (withdrawn_at is null) = (withdrawn_by is null)"
            " and (confirmed_by is null or withdrawn_by is null)",
            name="keeper_handover_settled",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="keeper_handover_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "n", name="keeper_handover_pkey"),
    )
    op.create_index(
        "keeper_handover_open_idx",
        "keeper_handover",
        ["bureau"],
        unique=True,
        postgresql_where=sa.text("confirmed_by is null and withdrawn_by is null"),
    )
    guard("keeper_handover")
    movable("keeper_handover")
    for statement in GUARDS:
        op.execute(statement)
