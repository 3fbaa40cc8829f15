"""The rules of a bureau as the public reads them: the tree, the text a bureau entered itself, its choices."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.rulebook.law_stated import is_statement
from policies.rulebook.lawbook import Choice, Lawbook, rules_at
from policies.rulebook.rules import Rules
from services.ruling.ruleset import read_row
from tenants.stores import public_choices


async def approved_choices(db: AsyncConnection, bureau: str) -> tuple[Choice, ...]:
    """Everything a bureau put into force itself, through the public role."""
    rows = await public_choices.public_choices(db, bureau)
    return tuple(choice for row in rows if row.revoked_at is None for choice in read_row(row))


def texts(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Of these the bureau's own text; its choices under the text are published with plan and draw."""
    return tuple(choice for choice in choices if is_statement(choice))


def in_force(
    book: Lawbook, path: tuple[str, ...], level: str, on: date, choices: Sequence[Choice], subject: str = ""
) -> Rules:
    """The composed rules of a day; `path` from the province to the bureau."""
    asked = "" if subject == path[-1] else subject
    return rules_at(book, ("CN", *path), on, choices, subject=asked, level=level)
