"""Two people: who changed the roster draws nothing from it; what was proposed is approved as it stands."""

# The same count as services.drawing.duties, over the rows this database holds. The lists of a bureau that
# lives in another database cannot be read here; the use case reads them there.
_EDITORS = """
create function draw_editors() returns trigger language plpgsql set search_path = pg_catalog as $$
declare seen text; since timestamptz; hands text[]; edited boolean;
begin
  hands := array_remove(array[
    case when new.frozen_by is distinct from old.frozen_by or new.state <> old.state and new.state = 'frozen'
      then new.frozen_by end,
    case when new.beacon_by is distinct from old.beacon_by then new.beacon_by end,
    case when new.drawn_by is distinct from old.drawn_by or new.state <> old.state and new.state = 'drawn'
      then new.drawn_by end], null);
  if cardinality(hands) = 0 then
    return null;
  end if;
  seen := current_setting('app.visible', true);
  perform set_config('app.visible', array[new.bureau, new.subject]::text, true);
  select max(d.frozen_at) into since from public.draw d
  where d.bureau = new.bureau and d.subject = new.subject and d.draw_no < new.draw_no and d.state <> 'void';
  select exists (
    select from public.site_change c where c.bureau in (new.bureau, new.subject)
      and c."by" = any(hands) and c.at >= coalesce(since, '-infinity')
    union all
    select from public.officer_change c where c.bureau in (new.bureau, new.subject)
      and c."by" = any(hands) and c.at >= coalesce(since, '-infinity')
  ) into edited;
  perform set_config('app.visible', coalesce(seen, ''), true);
  if edited then
    raise exception using errcode = '23514', constraint = 'draw_editors', message = 'edited the roster';
  end if;
  return null;
end $$
"""

# The bureau's secret and the witness's come from two people.
_COMMITS = """
create function draw_commit_two_people() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('commit/' || new.bureau || '/' || new.draw_no, 0));
  if new.role in ('bureau', 'witness') and exists (
    select from public.draw_commit c
    where c.bureau = new.bureau and c.draw_no = new.draw_no and c.role in ('bureau', 'witness')
      and c.role <> new.role and c."by" = new."by"
  ) then
    raise exception using errcode = '23514', constraint = 'draw_commit_two_people', message = 'one hand';
  end if;
  return null;
end $$
"""

# Who proposed stays named while another decides; nothing is born decided.
_LEAK = """
create function leak_case_two_people() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'INSERT' then
    if new.state = 'reported' then
      return new;
    end if;
  elsif (new.proposal, new.finding, new.proposed_by, new.proposed_at)
    is not distinct from (old.proposal, old.finding, old.proposed_by, old.proposed_at) then
    return new;
  end if;
  raise exception using errcode = '23514', constraint = 'leak_case_two_people', message = 'decided by one';
end $$
"""

# A record that passed or was sent back names who reviewed it: without a name nothing could differ.
_VISIT = """
create function visit_reviewed() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.reviewed_by is null then
    raise exception using errcode = '23514', constraint = 'visit_reviewed', message = 'reviewed by nobody';
  end if;
  return new;
end $$
"""

# An approval is given once: the name under it is not exchanged afterwards.
_SETTLED = """
create function approval_settled() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception using errcode = '23514', constraint = 'approval_settled', message = 'approved already';
end $$
"""

STATEMENTS = (
    _EDITORS,
    "create constraint trigger draw_editors after update on draw for each row"
    " when (new.authority = 'own') execute function draw_editors()",
    _COMMITS,
    "create trigger draw_commit_two_people after insert on draw_commit for each row"
    " when (current_user <> 'shuangsui_migrator') execute function draw_commit_two_people()",
    _LEAK,
    "create trigger leak_case_born before insert on leak_case for each row"
    " when (current_user <> 'shuangsui_migrator') execute function leak_case_two_people()",
    "create trigger leak_case_two_people before update on leak_case for each row"
    " when (old.state = 'proposed' and new.state = 'decided') execute function leak_case_two_people()",
    _VISIT,
    "create trigger visit_reviewed before update on visit for each row"
    " when (new.state <> 'recorded') execute function visit_reviewed()",
    "create trigger visit_born before insert on visit for each row"
    " when (current_user <> 'shuangsui_migrator' and new.state <> 'recorded')"
    " execute function visit_reviewed()",
    _SETTLED,
    *(
        f"create trigger {table}_settled before update on {table} for each row"
        " when (old.approved_by is not null and (new.approved_by, new.approved_at)"
        " is distinct from (old.approved_by, old.approved_at)) execute function approval_settled()"
        for table in ("plan", "draw_void_proposal")
    ),
)
