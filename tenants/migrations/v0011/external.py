"""What a draw of the platform may be, as of step 0011: no number of ours, no manifest, no proof."""

# Numbers of ours stay below a million and gapless; those of the platform's draws start there, so that a
# number alone tells which it is, wherever it stands: in a visit, a notice, an address.
CHECKS = (
    "alter table draw drop constraint draw_draw_no",
    "alter table draw add constraint draw_draw_no check ("
    "draw_no >= 1 and (authority = 'platform') = (draw_no >= 1000000))",
    "alter table draw drop constraint draw_frozen",
    "alter table draw add constraint draw_frozen check ("
    "state = 'prepared' or authority = 'platform' or (m is not null and manifest is not null))",
    "alter table draw drop constraint draw_drawn",
    "alter table draw add constraint draw_drawn check ("
    "state not in ('drawn', 'opened') or authority = 'platform' or z is not null)",
    "alter table draw add constraint draw_platform check (authority = 'own' or ("
    "state in ('drawn', 'opened', 'void') and m is null and prev is null and manifest is null and r is null"
    " and z is null and beacon is null and summary is not null and drawn_by is not null))",
)

# One that was taken over never becomes one of ours, nor another one's list.
_STEPS = """
create function draw_platform_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.authority is distinct from old.authority or (old.authority = 'platform' and
      (new.subject, new.item, new.kind, new.period, new.reveal_by, new.drawn_at, new.drawn_by, new.summary)
        is distinct from
      (old.subject, old.item, old.kind, old.period, old.reveal_by, old.drawn_at, old.drawn_by, old.summary))
  then
    raise exception using errcode = '23514', constraint = 'draw_steps', message = 'step of a draw';
  end if;
  return new;
end $$
"""

STEPS = (
    _STEPS,
    "create trigger draw_platform_steps before update on draw"
    " for each row execute function draw_platform_steps()",
)
