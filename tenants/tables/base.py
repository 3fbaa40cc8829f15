"""Metadata, naming and column helpers shared by all tables."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)


def bureau_table(name: str, *parts: Any, append_only: bool = False, deletable: bool = False) -> Table:
    """A table of one bureau's rows: `bureau` leads its primary key, row-level security guards it."""
    lead = Column("bureau", Text, ForeignKey("bureau.code"), primary_key=True)
    info = {"holds": "bureau", "append_only": append_only, "deletable": deletable}
    return Table(name, metadata, lead, *parts, info=info)


def shared_table(name: str, *parts: Any, append_only: bool = False) -> Table:
    """A table of the deployment: public or reference data, no bureau's secrets."""
    return Table(name, metadata, *parts, info={"holds": "shared", "append_only": append_only})


def words(name: str, *, null: bool = False, key: bool = False) -> Column[str]:
    """A text column."""
    return Column(name, Text, nullable=null, primary_key=key)


def number(name: str, *, null: bool = False, key: bool = False) -> Column[int]:
    """An integer column."""
    return Column(name, Integer, nullable=null, primary_key=key, autoincrement=False)


def big(name: str, *, key: bool = False) -> Column[int]:
    """A 64-bit integer column."""
    return Column(name, BigInteger, nullable=False, primary_key=key, autoincrement=False)


def day(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    """A date column."""
    return Column(name, Date, nullable=null, primary_key=key)


def moment(name: str, *, null: bool = False) -> Column[Any]:
    """A point in time, with zone."""
    return Column(name, DateTime(timezone=True), nullable=null)


def blob(name: str, *, null: bool = False) -> Column[bytes]:
    """A bytes column."""
    return Column(name, LargeBinary, nullable=null)


def data(name: str, *, null: bool = False) -> Column[Any]:
    """A JSON column; None is SQL NULL."""
    return Column(name, JSONB(none_as_null=True), nullable=null)


def ident(name: str = "id", *, null: bool = False, key: bool = True) -> Column[Any]:
    """A UUID column, made in Python."""
    return Column(name, Uuid, nullable=null, primary_key=key)


def one_of(column: str, *values: str) -> CheckConstraint:
    """A closed list of values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=column)
