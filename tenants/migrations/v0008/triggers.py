"""A choice is proposed, then approved or withdrawn, once; what was proposed never changes."""

_FUNCTION = """
create function rule_choice_steps() returns trigger language plpgsql as $$
begin
  if old.approved_by is not null or old.withdrawn_at is not null
    or (new.bureau, new.id, new.key, new.effective, new.item, new.subject, new.value, new.basis, new.factors,
        new.proposed_by, new.at)
      is distinct from
       (old.bureau, old.id, old.key, old.effective, old.item, old.subject, old.value, old.basis, old.factors,
        old.proposed_by, old.at) then
    raise exception using errcode = '23514', constraint = 'rule_choice_steps', message = 'settled choice';
  end if;
  return new;
end $$
"""

CHOICE_STEPS = (
    _FUNCTION,
    "create trigger rule_choice_steps before update on rule_choice"
    " for each row execute function rule_choice_steps()",
)
