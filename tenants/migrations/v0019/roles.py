"""Roles: exclusive ones as of step 0007, the three administrators in no two bureaus; the last head stays."""

# Memberships are read by bureau, or by the login they belong to: naming the person shows all of theirs. Both
# settings are widened for the one query, so that nothing a caller handed in hides a role. One lock a person,
# not one a person and bureau: two grants of two bureaus meet as well.
EXCLUSIVE = """
create or replace function membership_exclusive() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare who text; clash boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = '25001', message = 'roles are granted in READ COMMITTED only';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.subject, 0));
  who := current_setting('app.subject', true);
  perform set_config('app.subject', new.subject, true);
  select exists (
    select from public.membership held
    join (values
      ('security_admin', 'audit_admin', true), ('security_admin', 'system_admin', true),
      ('audit_admin', 'system_admin', true),
      ('registry_keeper', 'drawer', false), ('registry_keeper', 'city_drawer', false),
      ('dispatcher', 'drawer', false), ('dispatcher', 'city_drawer', false),
      ('witness', 'drawer', false), ('witness', 'city_drawer', false)
    ) as pair (one, other, everywhere)
      on (pair.one, pair.other) in ((held.role, new.role), (new.role, held.role))
    where held.subject = new.subject and (pair.everywhere or held.bureau = new.bureau)
      and greatest(held.valid_from, new.valid_from)
        <= least(coalesce(held.valid_until, 'infinity'), coalesce(new.valid_until, 'infinity'))
  ) into clash;
  perform set_config('app.subject', coalesce(who, ''), true);
  if clash then
    raise exception using errcode = '23514', constraint = 'membership_exclusive', message = 'exclusive roles';
  end if;
  return null;
end $$
"""

# No clock is asked: a period that is made shorter needs somebody else who holds the role on the day this
# person first does not. The lock lets two ends that would leave nobody see each other.
LAST = """
create function membership_last() returns trigger language plpgsql set search_path = pg_catalog as $$
declare seen text; days date[] := '{}'; missing boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = '25001', message = 'roles are ended in READ COMMITTED only';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.bureau || '/' || new.role, 0));
  if coalesce(new.valid_until, 'infinity') < coalesce(old.valid_until, 'infinity') then
    days := days || (new.valid_until + 1);
  end if;
  if new.valid_from > old.valid_from and new.valid_from <= coalesce(old.valid_until, 'infinity') then
    days := days || (new.valid_from - 1);
  end if;
  seen := current_setting('app.visible', true);
  perform set_config('app.visible', '{' || new.bureau || '}', true);
  select exists (
    select from unnest(days) as lost (day)
    where not exists (
      select from public.membership held
      where held.bureau = new.bureau and held.role = new.role and held.subject <> new.subject
        and lost.day between held.valid_from and coalesce(held.valid_until, 'infinity'))
  ) into missing;
  perform set_config('app.visible', coalesce(seen, ''), true);
  if missing then
    raise exception using errcode = '23514', constraint = 'membership_last', message = 'the last one';
  end if;
  return null;
end $$
"""

STATEMENTS = (
    EXCLUSIVE,
    LAST,
    "create constraint trigger membership_last after update on membership for each row"
    " when (new.role in ('bureau_admin', 'bureau_head')) execute function membership_last()",
)
