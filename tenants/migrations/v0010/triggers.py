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
      and (new."by" in (d.created_by, d.frozen_by, d.beacon_by, d.drawn_by)
        or new.approved_by in (d.created_by, d.frozen_by, d.beacon_by, d.drawn_by))
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

CHANGE_STEPS = (
    _STEPS,
    "create trigger draw_change_steps before insert or update on draw_change"
    " for each row execute function draw_change_steps()",
    _EVENT,
    "create trigger draw_event_two_people before insert on draw_event"
    " for each row execute function draw_event_two_people()",
)
