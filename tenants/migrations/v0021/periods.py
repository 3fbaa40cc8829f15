"""Periods of a role are kept: each grant appends one, an end shortens it, none is removed or lengthened.

A role that was ended holds no more from that moment; the day itself stays its last day. So the constraint on
exclusive roles, which compares days, refuses the other role until tomorrow: who kept the roster this morning
draws nothing today. The product's time may be simulated, so no clock is asked: an end says when it was.
"""

_KEPT = """
create function membership_kept() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.ended_at is not null
    or coalesce(new.valid_until, 'infinity') > coalesce(old.valid_until, 'infinity')
    or (new.bureau, new.subject, new.role, new.valid_from, new.origin, new.grant_id)
      is distinct from (old.bureau, old.subject, old.role, old.valid_from, old.origin, old.grant_id)
    or (old.grant_id is not null
      and (new.name, new.certificate) is distinct from (old.name, old.certificate)) then
    raise exception using errcode = '23514', constraint = 'membership_kept', message = 'a period is kept';
  end if;
  return new;
end $$
"""

# Days of one role do not overlap, a day on which it was ended included. The lock is membership_exclusive's.
_PERIODS = """
create function membership_periods() returns trigger language plpgsql set search_path = pg_catalog as $$
declare seen text; clash boolean;
begin
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.subject, 0));
  seen := current_setting('app.visible', true);
  perform set_config('app.visible', '{' || new.bureau || '}', true);
  select exists (
    select from public.membership held
    where held.bureau = new.bureau and held.subject = new.subject and held.role = new.role
      and held.valid_from <> new.valid_from
      and greatest(held.valid_from, new.valid_from)
        <= least(coalesce(held.valid_until, 'infinity'), coalesce(new.valid_until, 'infinity'))
  ) into clash;
  perform set_config('app.visible', coalesce(seen, ''), true);
  if clash then
    raise exception using errcode = '23514', constraint = 'membership_periods', message = 'held that day';
  end if;
  return null;
end $$
"""

# As of step 0019, for periods: the first day that is no longer covered needs somebody. A role that is ended
# misses the very day it is ended on; a period called off before it began, its first day.
LAST = """
create or replace function membership_last() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare seen text; lost date; missing boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = '25001', message = 'roles are ended in READ COMMITTED only';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.bureau || '/' || new.role, 0));
  if new.ended_at is not null and old.ended_at is null then
    lost := greatest(new.valid_until, new.valid_from);
  elsif coalesce(new.valid_until, 'infinity') < coalesce(old.valid_until, 'infinity') then
    lost := greatest(new.valid_until + 1, new.valid_from);
  else
    return null;
  end if;
  seen := current_setting('app.visible', true);
  perform set_config('app.visible', '{' || new.bureau || '}', true);
  select not exists (
    select from public.membership held
    where held.bureau = new.bureau and held.role = new.role
      and lost between held.valid_from and coalesce(held.valid_until, 'infinity')
      and (held.ended_at is null or lost < held.valid_until)
  ) into missing;
  perform set_config('app.visible', coalesce(seen, ''), true);
  if missing then
    raise exception using errcode = '23514', constraint = 'membership_last', message = 'the last one';
  end if;
  return null;
end $$
"""

STATEMENTS = (
    "alter table membership drop constraint membership_pkey",
    "alter table membership add constraint membership_pkey primary key (bureau, subject, role, valid_from)",
    "alter table membership add column ended_at timestamptz, add column ended_by text",
    "alter table membership add constraint membership_ended check ((ended_at is null) = (ended_by is null)"
    " and (ended_at is null"
    " or valid_until is not distinct from (ended_at at time zone 'Asia/Shanghai')::date))",
    "revoke update (valid_from) on membership from shuangsui_app",
    "grant update (ended_at, ended_by) on membership to shuangsui_app",
    _KEPT,
    "create trigger membership_kept before update on membership"
    " for each row execute function membership_kept()",
    _PERIODS,
    "create constraint trigger membership_periods after insert on membership"
    " for each row execute function membership_periods()",
    LAST,
)
