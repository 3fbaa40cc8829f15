"""A change of a drawn list is proposed, then approved or withdrawn, once; no event without two people."""

# Proposals are settled once and never rewritten; whoever had a hand in the draw has none in its changes.
_STEPS = """
create function draw_change_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'UPDATE' and (old.approved_by is not null or old.withdrawn_at is not null
    or (new.bureau, new.draw_no, new.n, new.blob, new.base, new."by", new.at)
      is distinct from (old.bureau, old.draw_no, old.n, old.blob, old.base, old."by", old.at)) then
    raise exception using errcode = '23514', constraint = 'draw_change_steps', message = 'settled change';
  end if;
  if exists (
    select from public.draw d
    where d.bureau = new.bureau and d.draw_no = new.draw_no
      and array[new."by", new.approved_by] && (array[d.created_by, d.frozen_by, d.beacon_by, d.drawn_by]
        || d.amended_by || array(
          select c."by" from public.draw_commit c
          where c.bureau = d.bureau and c.draw_no = d.draw_no and c.role = 'bureau'))
  ) then
    raise exception using errcode = '23514', constraint = 'draw_change_drawers', message = 'hand of the draw';
  end if;
  return new;
end $$
"""

_EVENT = """
create function draw_event_two_people() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if not exists (
    select from public.draw_change c
    where c.bureau = new.bureau and c.draw_no = new.draw_no and c.approved_by <> c."by"
      and new.n between c.first_event and c.last_event
  ) then
    raise exception using errcode = '23514', constraint = 'draw_event_two_people', message = 'event by one';
  end if;
  return new;
end $$
"""

# Whoever gave a draw another intent stays named; once it is frozen nobody can be added any more.
_AMENDED = """
create function draw_amended_kept() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if not new.amended_by @> old.amended_by
    or (old.state <> 'prepared' and new.amended_by <> old.amended_by) then
    raise exception using errcode = '23514', constraint = 'draw_amended_kept', message = 'hand of the draw';
  end if;
  return new;
end $$
"""

# An event that passed somebody over rests on what was declared then.
_RESTED = """
create function declaration_rested_kept() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.rested_at is not null
    and (new.rested_at is distinct from old.rested_at or new.withdrawn_at is not null) then
    raise exception using errcode = '23514', constraint = 'declaration_rested', message = 'rested on';
  end if;
  return new;
end $$
"""

CHANGE_STEPS = (
    _STEPS,
    "create trigger draw_change_steps before insert or update on draw_change"
    " for each row execute function draw_change_steps()",
    _EVENT,
    "create trigger draw_event_two_people before insert on draw_event"
    " for each row execute function draw_event_two_people()",
    _AMENDED,
    "create trigger draw_amended_kept before update of amended_by on draw"
    " for each row execute function draw_amended_kept()",
    _RESTED,
    "create trigger declaration_rested_kept before update on declaration"
    " for each row execute function declaration_rested_kept()",
)
