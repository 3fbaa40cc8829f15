"""Row-level security, grants and steps of the tables of step 0016, in words of their own."""

from alembic import op

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_BOUND = "shuangsui_app, shuangsui_auditor"

# A case goes reported -> proposed -> decided -> closed; a proposal may go back. What was reported stays.
_CASE_STEPS = """
create function leak_case_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if (new.bureau, new.n, new.draw_no, new.slots, new.seen_on, new.channel, new.list_mac, new.reported_by,
      new.at)
      is distinct from
     (old.bureau, old.n, old.draw_no, old.slots, old.seen_on, old.channel, old.list_mac, old.reported_by,
      old.at)
    or not (old.state = new.state and old.state in ('reported', 'decided')
      or (old.state, new.state) in (('reported', 'proposed'), ('proposed', 'reported'),
                                    ('proposed', 'decided'), ('decided', 'closed')))
    or (old.decided_at is not null and
      (new.proposal, new.finding, new.proposed_by, new.proposed_at, new.decided_by, new.decided_at,
       new.trace)
        is distinct from
      (old.proposal, old.finding, old.proposed_by, old.proposed_at, old.decided_by, old.decided_at,
       old.trace)) then
    raise exception using errcode = '23514', constraint = 'leak_case_steps', message = 'step of a leak case';
  end if;
  return new;
end $$
"""

# As of step 0007, but for the key: a data key may be wrapped anew, and then a row says so.
_DRAW_STEPS = """
create or replace function draw_steps() returns trigger language plpgsql as $$
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
    and (old.wrapped_key is null or new.wrapped_key is not distinct from old.wrapped_key
      or exists (select from public.key_rewrap k
        where k.bureau = new.bureau and k.draw_no = new.draw_no
          and k.before = encode(sha256(old.wrapped_key), 'hex')
          and k.after = encode(sha256(new.wrapped_key), 'hex')))
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

GRANTS = (
    "grant select, insert on key_rewrap, export_mark to shuangsui_app",
    "grant select, insert, update (state, trace, proposal, finding, proposed_by, proposed_at, decided_by,"
    " decided_at, closed_by, closed_at) on leak_case to shuangsui_app",
    "grant select, insert, update (ref, done_by, done_at) on leak_measure to shuangsui_app",
    "grant select on key_rewrap, export_mark, leak_case, leak_measure to shuangsui_auditor",
    *(
        f"create trigger {table}_kept before update or delete or truncate on {table}"
        " for each statement execute function refuse_change()"
        for table in ("key_rewrap", "export_mark")
    ),
    _CASE_STEPS,
    "create trigger leak_case_steps before update on leak_case"
    " for each row execute function leak_case_steps()",
    _DRAW_STEPS,
)


def guard(table: str) -> None:
    """Restrictive bureau policies for both bound roles, one permissive policy a role."""
    op.execute(f"alter table {table} enable row level security, force row level security")
    op.execute(
        f"create policy {table}_read on {table} as restrictive for select to {_BOUND}"
        f" using (bureau = any({_VISIBLE}))"
    )
    for verb, clause in (
        ("insert", f"with check (bureau = {_OWN})"),
        ("update", f"using (bureau = {_OWN}) with check (bureau = {_OWN})"),
        ("delete", f"using (bureau = {_OWN})"),
    ):
        op.execute(f"create policy {table}_{verb} on {table} as restrictive for {verb} to {_BOUND} {clause}")
    op.execute(f"create policy {table}_app on {table} to shuangsui_app using (true) with check (true)")
    op.execute(f"create policy {table}_auditor on {table} for select to shuangsui_auditor using (true)")
