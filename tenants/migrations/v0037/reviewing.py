"""Why a record was returned stands beside it, for the team that records anew."""

import sqlalchemy as sa
from alembic import op


def add() -> None:
    """The column; a record reviewed before has its words in the journal only."""
    op.add_column("visit", sa.Column("review_note", sa.Text(), nullable=True))
    op.execute("grant update (review_note) on visit to shuangsui_app")
