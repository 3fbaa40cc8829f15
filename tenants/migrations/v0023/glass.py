"""Break-glass: asked by one person, approved by the bureau's head, at most sixty minutes, then over.

The table stands in the control database beside the memberships, wherever the bureau lives. The database
compares moments that are kept, never its own clock: the product's time may be simulated.
"""

import sqlalchemy as sa
from alembic import op

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_EVERYWHERE = "((select nullif(current_setting('app.everywhere', true), ''))::text[])"
_SUBJECT = "(select nullif(current_setting('app.subject', true), ''))"
_BOUND = "shuangsui_app, shuangsui_auditor"

# Who asks holds the role in the bureau itself or in one above it, on that day; nothing is born approved.
_ASKED = """
create function glass_asked() returns trigger language plpgsql set search_path = pg_catalog as $$
declare who text; held boolean;
begin
  if new.approved_at is not null or new.ended_at is not null then
    raise exception using errcode = '23514', constraint = 'glass_steps', message = 'born approved';
  end if;
  who := current_setting('app.subject', true);
  perform set_config('app.subject', new.asker, true);
  select exists (
    select from public.membership m
    where m.subject = new.asker and m.bureau = new.asker_bureau and m.role = new.asker_role
      and (new.asked_at at time zone 'Asia/Shanghai')::date
        between m.valid_from and coalesce(m.valid_until, 'infinity')
      and coalesce(m.ended_at, 'infinity') > new.asked_at
  ) and exists (
    select from public.bureau b where b.code = new.bureau and new.asker_bureau = any(b.path)
  ) into held;
  perform set_config('app.subject', coalesce(who, ''), true);
  if not held then
    raise exception using errcode = '23514', constraint = 'glass_asker', message = 'asked by nobody';
  end if;
  return new;
end $$
"""

# One step at a time: approve what nobody ended, by who is head there on that day; or end. Nothing else.
_STEPS = """
create function glass_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
declare who text; head boolean;
begin
  if old.ended_at is not null or (new.approved_at is null and new.ended_at is null)
    or (new.bureau, new.id, new.asker, new.asker_name, new.asker_bureau, new.asker_role, new.reason,
        new.purpose, new.minutes, new.asked_at)
      is distinct from (old.bureau, old.id, old.asker, old.asker_name, old.asker_bureau, old.asker_role,
        old.reason, old.purpose, old.minutes, old.asked_at)
    or (old.approved_at is null and new.approved_at is not null and new.ended_at is not null)
    or (old.approved_at is not null and
      (new.approved_by, new.approved_name, new.approved_at, new.ends_at)
        is distinct from (old.approved_by, old.approved_name, old.approved_at, old.ends_at)) then
    raise exception using errcode = '23514', constraint = 'glass_steps', message = 'settled request';
  end if;
  if old.approved_at is null and new.approved_at is not null then
    who := current_setting('app.subject', true);
    perform set_config('app.subject', new.approved_by, true);
    select exists (
      select from public.membership m
      where m.subject = new.approved_by and m.bureau = new.bureau and m.role = 'bureau_head'
        and (new.approved_at at time zone 'Asia/Shanghai')::date
          between m.valid_from and coalesce(m.valid_until, 'infinity')
        and coalesce(m.ended_at, 'infinity') > new.approved_at
    ) into head;
    perform set_config('app.subject', coalesce(who, ''), true);
    if not head then
      raise exception using errcode = '23514', constraint = 'glass_head', message = 'approved by nobody';
    end if;
  end if;
  return new;
end $$
"""

# Nobody becomes `support` by a membership: the role is lent by an approved request and by nothing else.
_LENT = """
create function membership_lent() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception using errcode = '23514', constraint = 'membership_lent', message = 'a lent role';
end $$
"""

GUARDS = (
    "alter table glass enable row level security, force row level security",
    # a person reads the own requests before a bureau is chosen, as a login reads its memberships
    f"create policy glass_read on glass as restrictive for select to {_BOUND}"
    f" using (bureau = any({_VISIBLE}) or bureau = any({_EVERYWHERE}) or asker = {_SUBJECT})",
    f"create policy glass_insert on glass as restrictive for insert to {_BOUND} with check (bureau = {_OWN})",
    f"create policy glass_update on glass as restrictive for update to {_BOUND}"
    f" using (bureau = {_OWN}) with check (bureau = {_OWN})",
    f"create policy glass_delete on glass as restrictive for delete to {_BOUND} using (bureau = {_OWN})",
    "create policy glass_app on glass to shuangsui_app using (true) with check (true)",
    "create policy glass_auditor on glass for select to shuangsui_auditor using (true)",
    "grant select, insert, update (approved_by, approved_name, approved_at, ends_at, ended_by, ended_name,"
    " ended_at) on glass to shuangsui_app",
    "grant select on glass to shuangsui_auditor",
    _ASKED,
    "create trigger glass_asked before insert on glass for each row"
    " when (current_user <> 'shuangsui_migrator') execute function glass_asked()",
    _STEPS,
    "create trigger glass_steps before update on glass for each row execute function glass_steps()",
    _LENT,
    "create trigger membership_lent before insert or update on membership for each row"
    " when (new.role = 'support') execute function membership_lent()",
)


def create() -> None:
    """The table, its policies, its steps."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "glass",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("asker", "asker_name", "asker_bureau", "asker_role", "reason", "purpose")
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_name", sa.Text(), nullable=True),
        sa.Column("approved_at", moment, nullable=True),
        sa.Column("ends_at", moment, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.CheckConstraint("asker_role in ('system_admin', 'security_admin')", name="glass_asker_role"),
        sa.CheckConstraint("minutes between 1 and 60", name="glass_minutes"),
        sa.CheckConstraint("reason <> '' and purpose <> ''", name="glass_told"),
        sa.CheckConstraint("approved_by <> asker", name="glass_two_hands"),
        sa.CheckConstraint(
            "(approved_at is null) = (approved_by is null)"
            " and (approved_at is null) = (approved_name is null)"
            " and (approved_at is null) = (ends_at is null) and (ended_at is null) = (ended_by is null)"
            " and (ended_at is null) = (ended_name is null)",
            name="glass_steps",
        ),
        sa.CheckConstraint(
            "approved_at >= asked_at and approved_at - asked_at <= interval '24:00:00'"
            " and ends_at > approved_at and ends_at - approved_at <= minutes * interval '00:01:00'"
            " and ended_at >= asked_at",
            name="glass_hour",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="glass_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="glass_pkey"),
    )
    op.create_index("glass_asker_idx", "glass", ["asker"], unique=False)
