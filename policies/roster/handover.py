"""What passes from one keeper of a roster to the next, as a digest that both can compare."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from enum import Enum
from typing import Any

from policies.terms import Officer, Site

COUNTED = "visits_this_year"  # moves with every visit; nobody keeps it by hand


def roster_digest(sites: Iterable[Site], officers: Iterable[Officer]) -> str:
    """Hex SHA-256 over both rosters, every field but the count of visits, in the order of their keys.

    One line of JSON a row, members sorted, sites before officers; the order they are given in does not count.
    """
    lines = [
        *sorted(_line({k: v for k, v in asdict(one).items() if k != COUNTED}) for one in sites),
        "",
        *sorted(_line(asdict(one)) for one in officers),
    ]
    return hashlib.sha256("\n".join(["shuangsui/roster/1", *lines]).encode()).hexdigest()


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else str(value)
