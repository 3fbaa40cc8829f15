"""What pages say, in English: catalogues in gettext's format, the Chinese sentence is the id."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from policies.access_matrix import ROLES, ROWS

CATALOGUES = Path(__file__).resolve().parent / "en"


@cache
def english() -> dict[str, str]:
    """Chinese sentence → English one; what has none yet is left out."""
    told = dict(known())
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            told |= {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}
    return told


def known() -> list[tuple[str, str]]:
    """Words that carry their English where they are defined."""
    return [*ROLES.values(), *((row.zh, row.en) for row in ROWS)]
