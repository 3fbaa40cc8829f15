"""The journal may lose its oldest entries, and only these, only behind an anchor and only by the operator."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_ANCHOR_FITS = """
create function journal_anchor_fits() returns trigger language plpgsql as $$
begin
  if new.upto <= coalesce((select max(a.upto) from journal_anchor a where a.bureau = new.bureau), 0)
    or not exists (select 1 from journal j
      where j.bureau = new.bureau and j.n = new.upto and j.hash = new.hash
        and j.at < new.at - make_interval(days => new.keep_days)) then
    raise exception using errcode = '23514', constraint = 'journal_anchor_fits',
      message = 'no such entry, or too young';
  end if;
  return new;
end $$
"""
# Whoever may own the table still may not touch what no anchor covers.
_REMOVAL_BY = """
create function journal_removal_by() returns trigger language plpgsql as $$
begin
  if current_user <> 'shuangsui_migrator' then
    raise exception using errcode = '42501', message = 'append-only table';
  end if;
  return null;
end $$
"""
_REMOVAL_OF = """
create function journal_removal_of() returns trigger language plpgsql as $$
begin
  if old.bureau is distinct from bureau_apart()  -- it moved away: its journal is kept in the new home
    and not exists (select 1 from journal_anchor a where a.bureau = old.bureau and a.upto >= old.n) then
    raise exception using errcode = '42501',
      message = 'append-only table: no anchor covers this entry';
  end if;
  return old;
end $$
"""
_STATEMENTS = (
    _ANCHOR_FITS,
    _REMOVAL_BY,
    _REMOVAL_OF,
    "create trigger journal_anchor_fits before insert on journal_anchor"
    " for each row when (current_user <> 'shuangsui_migrator') execute function journal_anchor_fits()",
    "create trigger journal_anchor_kept before update or delete or truncate on journal_anchor"
    " for each statement execute function refuse_change()",
    "drop trigger journal_kept on journal",
    "create trigger journal_kept before update or truncate on journal"
    " for each statement execute function refuse_change()",
    "create trigger journal_removal_by before delete on journal"
    " for each statement execute function journal_removal_by()",
    "create trigger journal_removal_of before delete on journal"
    " for each row execute function journal_removal_of()",
    # The migrator owns the tables, and FORCE binds owners too: these are the rows it may see and remove.
    f"create policy journal_migrator on journal for select to shuangsui_migrator using (bureau = {_OWN})",
    f"create policy journal_removal on journal for delete to shuangsui_migrator using (bureau = {_OWN})",
    "create policy journal_anchor_migrator on journal_anchor for select to shuangsui_migrator"
    f" using (bureau = {_OWN})",
    "grant select, insert on journal_anchor to shuangsui_app",
    "grant select on journal_anchor to shuangsui_auditor",
)


def create() -> None:
    """Anchors: what stands for the entries that were archived and removed."""
    op.create_table(
        "journal_anchor",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("upto", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("archive", sa.Text(), nullable=False),
        sa.Column("keep_days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("keep_days >= 190", name="journal_anchor_floor"),
        sa.CheckConstraint("archive ~ '^[0-9a-f]{64}$'", name="journal_anchor_archive"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="journal_anchor_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "upto", name="journal_anchor_pkey"),
    )
    guard("journal_anchor")
    movable("journal_anchor")
    for statement in _STATEMENTS:
        op.execute(statement)
    op.create_index("journal_actor_idx", "journal", ["bureau", "actor", "n"])
    op.create_index("journal_at_idx", "journal", ["bureau", "at", "n"])
