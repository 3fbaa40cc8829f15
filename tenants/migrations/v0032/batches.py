"""Each change of a site names the import it came by, so that an import can be taken back as one step.

Changes of before this step name none: by moment and person alone two imports could be taken for one.
"""

import sqlalchemy as sa
from alembic import op


def add() -> None:
    """The column; a change by hand and every earlier one leave it empty."""
    op.add_column("site_change", sa.Column("batch", sa.Uuid(), nullable=True))
    op.create_index(
        "site_change_batch", "site_change", ["bureau", "batch"], postgresql_where=sa.text("batch is not null")
    )
