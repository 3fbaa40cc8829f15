"""A bureau has a head and an administrator on every day to come; what grows no overlap is never refused."""

from alembic import op

from tenants.migrations.v0021.periods import LAST
from tenants.migrations.v0022.honoured import EXCLUSIVE

# As of step 0021, but for every day the period would still have held, not for the first of them only: a head
# whose days are numbered is no successor.
_ALL_DAYS = LAST.replace("lost date; missing", "lost date; stop date; missing").replace(
    """  select not exists (
    select from public.membership held
    where held.bureau = new.bureau and held.role = new.role
      and lost between held.valid_from and coalesce(held.valid_until, 'infinity')
      and (held.ended_at is null or lost < held.valid_until)
  ) into missing;
""",
    """  stop := greatest(old.valid_until, lost) + 1;
  select not coalesce(range_agg(daterange(held.valid_from,
      case when held.ended_at is null then held.valid_until + 1 else held.valid_until end))
    @> daterange(lost, case when old.valid_until is null then null else stop end), false)
  from public.membership held
  where held.bureau = new.bureau and held.role = new.role
    and (held.ended_at is null or held.valid_from <= held.valid_until)
  into missing;
""",
)
# As of step 0022, but a period that is ended or shortened adds no overlap: roles that excluded each other
# before step 0019 told so can be ended.
_SHORTER = EXCLUSIVE.replace(
    "  who := current_setting('app.subject', true);",
    "  if shorter then return null; end if;\n  who := current_setting('app.subject', true);",
    1,
)


def create() -> None:
    """Replace both functions."""
    for statement in (_ALL_DAYS, _SHORTER):
        op.execute(statement)
