"""An approved choice of a day to come is revoked by two people; one in force never is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard

_CHOICE_STEPS = """
create or replace function rule_choice_steps() returns trigger language plpgsql as $$
begin
  if (new.bureau, new.id, new.key, new.effective, new.item, new.subject, new.value, new.basis, new.factors,
      new.proposed_by, new.at)
     is distinct from
     (old.bureau, old.id, old.key, old.effective, old.item, old.subject, old.value, old.basis, old.factors,
      old.proposed_by, old.at)
    or old.withdrawn_at is not null or old.revoked_at is not null
    or (old.approved_by is null and new.revoked_at is not null)
    or (old.approved_by is not null and (
      new.revoked_at is null
      or (new.approved_by, new.approved_at, new.withdrawn_at, new.composed)
         is distinct from (old.approved_by, old.approved_at, old.withdrawn_at, old.composed)
      or not exists (select 1 from rule_revocation r
        where r.bureau = new.bureau and r.choice = new.id and r.approved_by is not null))) then
    raise exception using errcode = '23514', constraint = 'rule_choice_steps', message = 'settled choice';
  end if;
  return new;
end $$
"""
_REVOCATION_STEPS = """
create function rule_revocation_steps() returns trigger language plpgsql as $$
begin
  if old.approved_by is not null or old.withdrawn_at is not null
    or (new.bureau, new.id, new.choice, new.why, new.proposed_by, new.at)
      is distinct from (old.bureau, old.id, old.choice, old.why, old.proposed_by, old.at) then
    raise exception using errcode = '23514', constraint = 'rule_choice_steps', message = 'settled revocation';
  end if;
  return new;
end $$
"""
_STATEMENTS = (
    _CHOICE_STEPS,
    _REVOCATION_STEPS,
    "create trigger rule_revocation_steps before update on rule_revocation"
    " for each row execute function rule_revocation_steps()",
    "grant select, insert,"
    " update (approved_by, approved_at, withdrawn_at, withdrawn_by, withdrawn_why, composed)"
    " on rule_revocation to shuangsui_app",
    "grant select on rule_revocation to shuangsui_auditor",
    "grant update (revoked_at) on rule_choice to shuangsui_app",
    # Public like the choice it ends, without the names of the two people.
    "create policy rule_revocation_portal on rule_revocation for select to shuangsui_portal"
    " using (approved_by is not null)",
    "grant select (bureau, id, choice, why, approved_at, composed) on rule_revocation to shuangsui_portal",
    "grant select (revoked_at) on rule_choice to shuangsui_portal",
)


def create() -> None:
    """The day a choice was revoked, and who asked for it, why, and who approved."""
    op.add_column("rule_choice", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "rule_choice_revoked_ahead",
        "rule_choice",
        "revoked_at is null or effective > (revoked_at at time zone 'Asia/Shanghai')::date",
    )
    op.drop_index("rule_choice_live_idx", "rule_choice")
    op.create_index(
        "rule_choice_live_idx",
        "rule_choice",
        ["bureau", "key", "effective", "item", "subject"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null and revoked_at is null"),
    )
    _table()
    guard("rule_revocation")
    for statement in _STATEMENTS:
        op.execute(statement)


def _table() -> None:
    op.create_table(
        "rule_revocation",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.Column("composed", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("approved_by <> proposed_by", name="rule_revocation_two_hands"),
        sa.CheckConstraint("approved_by is null or withdrawn_at is null", name="rule_revocation_one_end"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="rule_revocation_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "choice"],
            ["rule_choice.bureau", "rule_choice.id"],
            name="rule_revocation_bureau_choice_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="rule_revocation_pkey"),
    )
    op.create_index(
        "rule_revocation_live_idx",
        "rule_revocation",
        ["bureau", "choice"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
