"""Rules that rows keep themselves, as of step 0007."""

_REFUSE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using errcode = '42501', message = 'append-only table';
end $$
"""

# A draw goes prepared -> frozen -> drawn -> opened; frozen and drawn ones may become void. What went into
# the manifest, and later into the result, never changes again, nor do the people and moments of each step.
_DRAW_STEPS = """
create function draw_steps() returns trigger language plpgsql as $$
declare fixed boolean;
begin
  fixed := (new.bureau, new.draw_no, new.created_at, new.created_by)
      is not distinct from (old.bureau, old.draw_no, old.created_at, old.created_by)
    and (old.state = new.state
      or (old.state, new.state) in (('prepared', 'frozen'), ('frozen', 'drawn'), ('drawn', 'opened'),
                                    ('frozen', 'void'), ('drawn', 'void')))
    and (old.m is null
      or (new.m, new.prev, new.manifest, new.rules, new.subject, new.item, new.kind, new.period,
          new.authority, new.frozen_at, new.frozen_by, new.beacon_at, new.reveal_by)
        is not distinct from
         (old.m, old.prev, old.manifest, old.rules, old.subject, old.item, old.kind, old.period,
          old.authority, old.frozen_at, old.frozen_by, old.beacon_at, old.reveal_by))
    and (old.wrapped_key is null or new.wrapped_key is not distinct from old.wrapped_key)
    and (old.z is null
      or (new.r, new.z, new.beacon, new.drawn_at, new.drawn_by, new.late, new.summary)
        is not distinct from
         (old.r, old.z, old.beacon, old.drawn_at, old.drawn_by, old.late, old.summary))
    and (old.beacon_by is null or new.beacon_by is not distinct from old.beacon_by)
    and (old.opened_at is null or new.opened_at is not distinct from old.opened_at)
    and (old.state <> 'void'
      or (new.void_reason, new.voided_by, new.voided_at)
        is not distinct from (old.void_reason, old.voided_by, old.voided_at));
  if not fixed then
    raise exception using errcode = '23514', constraint = 'draw_steps', message = 'step of a draw';
  end if;
  return new;
end $$
"""

_NOTICE_PUBLISHED = """
create function notice_published() returns trigger language plpgsql as $$
begin
  if old.published_at is not null and (new.title, new.body, new.published_at)
      is distinct from (old.title, old.body, old.published_at) then
    raise exception using errcode = '23514', constraint = 'notice_published', message = 'published notice';
  end if;
  return new;
end $$
"""

TRIGGERS = (
    _REFUSE,
    _DRAW_STEPS,
    "create trigger draw_steps before update on draw for each row execute function draw_steps()",
    _NOTICE_PUBLISHED,
    "create trigger notice_published before update on notice"
    " for each row execute function notice_published()",
)
