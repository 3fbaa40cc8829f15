"""Roles that decide a draw, see sealed names, check others or give rights are granted by two people.

A membership says where it comes from: `one` person granted it, `two` did (it then names their proposal), it
is one of the first two people of a bureau (`founding`), or it was there before this step (`earlier`).
"""

import sqlalchemy as sa
from alembic import op

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
# All visible bureaus: proposals stay in the control database, wherever their bureau lives.
_EVERYWHERE = "((select nullif(current_setting('app.everywhere', true), ''))::text[])"
_BOUND = "shuangsui_app, shuangsui_auditor"
SENSITIVE = (
    "drawer", "city_drawer", "dispatcher", "witness", "reviewer", "bureau_head", "bureau_admin",
    "security_admin", "audit_admin", "system_admin",
)  # fmt: skip
_LISTED = ", ".join(f"'{role}'" for role in SENSITIVE)

_BORN = """
create function role_grant_born() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.approved_by is not null or new.withdrawn_by is not null then
    raise exception using errcode = '23514', constraint = 'role_grant_steps', message = 'born decided';
  end if;
  return new;
end $$
"""

# One step, once: approved or withdrawn; what was proposed is approved as it stands.
_STEPS = """
create function role_grant_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.approved_by is not null or old.withdrawn_by is not null
    or (new.bureau, new.id, new.subject, new.name, new.role, new.certificate, new.since, new.until, new.why,
        new.proposed_by, new.proposed_at)
      is distinct from (old.bureau, old.id, old.subject, old.name, old.role, old.certificate, old.since,
        old.until, old.why, old.proposed_by, old.proposed_at) then
    raise exception using errcode = '23514', constraint = 'role_grant_steps', message = 'settled proposal';
  end if;
  return new;
end $$
"""

# A row by two people is what they agreed on: the same person and role, not earlier than proposed or approved,
# not longer. The first two people of a bureau come before anybody else there, and are two.
_GRANTED = """
create function membership_granted() returns trigger language plpgsql set search_path = pg_catalog as $$
declare seen text; fits boolean := new.origin = 'one';
begin
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.bureau || '/granted', 0));
  seen := current_setting('app.visible', true);
  perform set_config('app.visible', '{' || new.bureau || '}', true);
  if new.origin = 'two' then
    select exists (
      select from public.role_grant g
      where g.bureau = new.bureau and g.id = new.grant_id and g.approved_by <> g.proposed_by
        and g.withdrawn_by is null
        and (g.subject, g.name, g.role, g.certificate) = (new.subject, new.name, new.role, new.certificate)
        and new.valid_from >= g.since
        and new.valid_from >= (g.approved_at at time zone 'Asia/Shanghai')::date
        and coalesce(new.valid_until, 'infinity') <= coalesce(g.until, 'infinity')
    ) into fits;
  elsif new.origin = 'founding' then
    select not exists (
      select from public.membership held where held.bureau = new.bureau
        and (held.origin <> 'founding' or held.subject = new.subject)
    ) into fits;
  end if;
  perform set_config('app.visible', coalesce(seen, ''), true);
  if not fits then
    raise exception using errcode = '23514', constraint = 'membership_granted', message = 'granted by one';
  end if;
  return new;
end $$
"""

GUARDS = (
    "alter table role_grant enable row level security, force row level security",
    f"create policy role_grant_read on role_grant as restrictive for select to {_BOUND}"
    f" using (bureau = any({_VISIBLE}) or bureau = any({_EVERYWHERE}))",
    f"create policy role_grant_insert on role_grant as restrictive for insert to {_BOUND}"
    f" with check (bureau = {_OWN})",
    f"create policy role_grant_update on role_grant as restrictive for update to {_BOUND}"
    f" using (bureau = {_OWN}) with check (bureau = {_OWN})",
    f"create policy role_grant_delete on role_grant as restrictive for delete to {_BOUND}"
    f" using (bureau = {_OWN})",
    "create policy role_grant_app on role_grant to shuangsui_app using (true) with check (true)",
    "create policy role_grant_auditor on role_grant for select to shuangsui_auditor using (true)",
    "grant select, insert, update (approved_by, approved_at, withdrawn_by, withdrawn_at) on role_grant"
    " to shuangsui_app",
    "grant select on role_grant to shuangsui_auditor",
    _BORN,
    "create trigger role_grant_born before insert on role_grant for each row"
    " when (current_user <> 'shuangsui_migrator') execute function role_grant_born()",
    _STEPS,
    "create trigger role_grant_steps before update on role_grant"
    " for each row execute function role_grant_steps()",
    "alter table membership add column origin text not null default 'earlier', add column grant_id uuid",
    "alter table membership alter column origin set default 'one'",
    "alter table membership"
    " add constraint membership_origin check (origin in ('one', 'two', 'founding', 'earlier')),"
    " add constraint membership_named check ((origin = 'two') = (grant_id is not null)),"
    f" add constraint membership_two_people check (origin <> 'one' or role not in ({_LISTED})),"
    " add constraint membership_first"
    " check (origin <> 'founding' or role in ('bureau_admin', 'bureau_head')),"
    " add constraint membership_bureau_grant_id_fkey"
    " foreign key (bureau, grant_id) references role_grant (bureau, id)",
    "create unique index membership_grant_idx on membership (bureau, grant_id)",
    "create unique index membership_founding_idx on membership (bureau, role) where origin = 'founding'",
    _GRANTED,
    "create trigger membership_granted before insert on membership for each row"
    " when (current_user <> 'shuangsui_migrator') execute function membership_granted()",
)


def create() -> None:
    """Proposals of roles; then memberships name theirs."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "role_grant",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", moment, nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.CheckConstraint("approved_by <> proposed_by", name="role_grant_two_hands"),
        sa.CheckConstraint("approved_by <> subject", name="role_grant_not_own"),
        sa.CheckConstraint(
            "(approved_at is null) = (approved_by is null)"
            " and (withdrawn_at is null) = (withdrawn_by is null)"
            " and (approved_by is null or withdrawn_by is null)",
            name="role_grant_settled",
        ),
        sa.CheckConstraint(f"role in ({_LISTED})", name="role_grant_role"),
        sa.CheckConstraint("until >= since", name="role_grant_days"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="role_grant_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="role_grant_pkey"),
    )
    op.create_index(
        "role_grant_open_idx",
        "role_grant",
        ["bureau", "subject", "role"],
        unique=True,
        postgresql_where=sa.text("approved_by is null and withdrawn_by is null"),
    )
