"""Decisions of units of work over several databases; kept in the control database."""

from sqlalchemy import ARRAY, Column, DateTime, Text, Uuid, text

from tenants.tables.base import shared_table

unit_decision = shared_table(
    "unit_decision",
    Column("unit", Uuid, primary_key=True),
    Column("databases", ARRAY(Text), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
)
unit_decision.info["deletable"] = True
