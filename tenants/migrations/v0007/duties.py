"""Duties kept apart by rows themselves, as of step 0007: roles no one holds together, voids by two people."""

# The pairs stand here in words of their own. The setting is widened for the one query, so that no visible
# list handed in by a caller hides a role; the lock makes two grants to one person wait for each other, which
# only helps where every statement sees what was committed meanwhile.
_MEMBERSHIP = """
create function membership_exclusive() returns trigger language plpgsql set search_path = pg_catalog as $$
declare seen text; clash boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = '25001', message = 'roles are granted in READ COMMITTED only';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.bureau || '/' || new.subject, 0));
  seen := current_setting('app.visible', true);
  perform set_config('app.visible', '{' || new.bureau || '}', true);
  select exists (
    select from public.membership held
    join (values
      ('security_admin', 'audit_admin'), ('security_admin', 'system_admin'), ('audit_admin', 'system_admin'),
      ('registry_keeper', 'drawer'), ('registry_keeper', 'city_drawer'),
      ('dispatcher', 'drawer'), ('dispatcher', 'city_drawer'),
      ('witness', 'drawer'), ('witness', 'city_drawer')
    ) as pair (one, other)
      on (pair.one, pair.other) in ((held.role, new.role), (new.role, held.role))
    where held.bureau = new.bureau and held.subject = new.subject
      and greatest(held.valid_from, new.valid_from)
        <= least(coalesce(held.valid_until, 'infinity'), coalesce(new.valid_until, 'infinity'))
  ) into clash;
  perform set_config('app.visible', coalesce(seen, ''), true);
  if clash then
    raise exception using errcode = '23514', constraint = 'membership_exclusive', message = 'exclusive roles';
  end if;
  return null;
end $$
"""

# Whoever the proposal names first is not the one who approved: its own check says so.
_VOID = """
create function draw_void_two_people() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if not exists (
    select from public.draw_void_proposal p
    where p.bureau = new.bureau and p.draw_no = new.draw_no
      and p.reason = new.void_reason and p.approved_by = new.voided_by
  ) then
    raise exception using errcode = '23514', constraint = 'draw_void_two_people', message = 'void by one';
  end if;
  return new;
end $$
"""

DUTIES = (
    _MEMBERSHIP,
    "create constraint trigger membership_exclusive after insert or update on membership"
    " for each row execute function membership_exclusive()",
    _VOID,
    "create trigger draw_void_two_people before update on draw"
    " for each row when (new.state = 'void' and old.state <> 'void') execute function draw_void_two_people()",
)
