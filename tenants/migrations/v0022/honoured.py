"""Where a waiver counts: roles that exclude each other, and who changed the roster and draws all the same."""

# Do waivers of a pair and person cover the days without a gap? `past`: withdrawn ones count while they ran.
_COVERS = """
create function waiver_covers(place text, who text, pair text, first_day date, last_day date, past boolean)
returns boolean language sql stable set search_path = pg_catalog as $$
  select coalesce(
    range_agg(daterange(w.since, least(w.until, w.ended_on), '[]'))
      @> daterange(first_day, last_day, '[]'), false)
  from public.waiver w
  where w.bureau = place and w.subject = who and pair = any(w.pairs)
    and (w.state = 'granted' or past and w.state = 'withdrawn' and w.ended_on >= w.since)
$$
"""

_PAIRS = """
      ('security_admin', 'audit_admin', true), ('security_admin', 'system_admin', true),
      ('audit_admin', 'system_admin', true),
      ('registry_keeper', 'drawer', false), ('registry_keeper', 'city_drawer', false),
      ('dispatcher', 'drawer', false), ('dispatcher', 'city_drawer', false),
      ('witness', 'drawer', false), ('witness', 'city_drawer', false)
"""

# As of step 0019, and honouring waivers: of this person, pair and bureau, for every day both would hold. A
# period that is only made shorter may lean on a waiver that was withdrawn; nothing new may.
EXCLUSIVE = """
create or replace function membership_exclusive() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare who text; clash boolean; shorter boolean := false;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = '25001', message = 'roles are granted in READ COMMITTED only';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.subject, 0));
  if tg_op = 'UPDATE' then
    shorter := (new.bureau, new.subject, new.role) = (old.bureau, old.subject, old.role)
      and new.valid_from >= old.valid_from
      and coalesce(new.valid_until, 'infinity') <= coalesce(old.valid_until, 'infinity');
  end if;
  who := current_setting('app.subject', true);
  perform set_config('app.subject', new.subject, true);
  select exists (
    select from public.membership held
    join (values PAIRS) as pair (one, other, everywhere)
      on (pair.one, pair.other) in ((held.role, new.role), (new.role, held.role))
    cross join lateral (select greatest(held.valid_from, new.valid_from) as first_day,
      least(coalesce(held.valid_until, 'infinity'), coalesce(new.valid_until, 'infinity')) as last_day) both_
    where held.subject = new.subject and (pair.everywhere or held.bureau = new.bureau)
      and both_.first_day <= both_.last_day
      and (pair.everywhere or not public.waiver_covers(new.bureau, new.subject,
        pair.one || '+' || pair.other, both_.first_day, both_.last_day, shorter))
  ) into clash;
  perform set_config('app.subject', coalesce(who, ''), true);
  if clash then
    raise exception using errcode = '23514', constraint = 'membership_exclusive', message = 'exclusive roles';
  end if;
  return null;
end $$
"""

# A waiver is not withdrawn while a role stands on it: whoever withdraws ends that role first.
_WITHDRAWN = """
create function waiver_ends_roles() returns trigger language plpgsql set search_path = pg_catalog as $$
declare who text; clash boolean;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception using errcode = '25001', message = 'waivers are withdrawn in READ COMMITTED only';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('membership/' || new.subject, 0));
  who := current_setting('app.subject', true);
  perform set_config('app.subject', new.subject, true);
  select exists (
    select from (values PAIRS) as pair (one, other, everywhere)
    join public.membership a on a.role = pair.one and a.bureau = new.bureau and a.subject = new.subject
    join public.membership b on b.role = pair.other and b.bureau = new.bureau and b.subject = new.subject
    cross join lateral (select greatest(a.valid_from, b.valid_from) as first_day,
      least(coalesce(a.valid_until, 'infinity'), coalesce(b.valid_until, 'infinity')) as last_day) as both_
    where pair.one || '+' || pair.other = any(new.pairs) and both_.first_day <= both_.last_day
      and both_.last_day >= new.ended_on
      and (both_.last_day > new.ended_on or a.ended_at is null and b.ended_at is null)
      and not public.waiver_covers(new.bureau, new.subject, pair.one || '+' || pair.other,
        greatest(both_.first_day, new.ended_on), both_.last_day, false)
  ) into clash;
  perform set_config('app.subject', coalesce(who, ''), true);
  if clash then
    raise exception using errcode = '23514', constraint = 'waiver_ends_roles', message = 'a role on it';
  end if;
  return null;
end $$
"""

# As of step 0019; who changed the roster may act under a waiver in force, and only where the draw says so.
# That an act was on a day of the waiver is read from the row: of the beacon, from the note of its use.
EDITORS = """
create or replace function draw_editors() returns trigger language plpgsql set search_path = pg_catalog as $$
declare seen text; since timestamptz; hand record; edited boolean := false;
begin
  seen := current_setting('app.visible', true);
  for hand in
    select one.act, one.who, one.at from (values
      ('freeze', case when new.frozen_by is distinct from old.frozen_by
        or new.state <> old.state and new.state = 'frozen' then new.frozen_by end, new.frozen_at),
      ('beacon', case when new.beacon_by is distinct from old.beacon_by then new.beacon_by end, null),
      ('run', case when new.drawn_by is distinct from old.drawn_by
        or new.state <> old.state and new.state = 'drawn' then new.drawn_by end, new.drawn_at)
    ) as one (act, who, at) where one.who is not null
  loop
    perform set_config('app.visible', array[new.bureau, new.subject]::text, true);
    select max(d.frozen_at) into since from public.draw d
    where d.bureau = new.bureau and d.subject = new.subject and d.draw_no < new.draw_no and d.state <> 'void';
    select exists (
      select from public.site_change c where c.bureau in (new.bureau, new.subject)
        and c."by" = hand.who and c.at >= coalesce(since, '-infinity')
      union all
      select from public.officer_change c where c.bureau in (new.bureau, new.subject)
        and c."by" = hand.who and c.at >= coalesce(since, '-infinity')
    ) into edited;
    if edited then
      perform from public.draw_waiver u
      join public.waiver_copy c on c.bureau = u.bureau and c.id = u.waiver
      where u.bureau = new.bureau and u.draw_no = new.draw_no and u.act = hand.act and u.subject = hand.who
        and u.pair = 'roster_editor+drawer' and u.public_at is not null
        and c.subject = hand.who and u.pair = any(c.pairs) and c.public_at is not null and c.ended_at is null
        and (coalesce(hand.at, u.at) at time zone 'Asia/Shanghai')::date between c.since and c.until
      for share of c;
      edited := not found;
    end if;
    perform set_config('app.visible', coalesce(seen, ''), true);
    if edited then
      raise exception using errcode = '23514', constraint = 'draw_editors', message = 'edited the roster';
    end if;
  end loop;
  return null;
end $$
"""

EXCLUSIVE, _WITHDRAWN = (one.replace("PAIRS", _PAIRS) for one in (EXCLUSIVE, _WITHDRAWN))
STATEMENTS = (
    _COVERS,
    EXCLUSIVE,
    _WITHDRAWN,
    "create trigger waiver_ends_roles after update on waiver for each row"
    " when (new.state = 'withdrawn' and old.state <> 'withdrawn') execute function waiver_ends_roles()",
    EDITORS,
)
