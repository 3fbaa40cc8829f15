"""The ground the proofs stand on: a row of either bureau in every table, none of it public."""

from sqlalchemy import text

from .rows import FOREIGN, OWN, tables


async def test_every_table_holds_a_row_of_both(superuser):
    for table in tables():
        found = await superuser.scalars(text(f'select bureau from "{table.name}"'))
        assert sorted(found.all()) == sorted([OWN, FOREIGN]), table.name
