"""Writes docs/api-v1.txt, what clients of the API may rely on: `python -m tests.house.api_released`.

It refuses to drop a line that was released: that is for a new version of the address.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from services.api import routes
from services.api.surface import broken, surface
from services.home import Home
from services.main import create_app
from services.settings import DEMO_ORIGIN, Settings

FILE = Path(__file__).parents[2] / "docs" / "api-v1.txt"


def described() -> dict[str, Any]:
    """The description of the API as wired; nothing is started."""
    with TemporaryDirectory() as place:
        settings = Settings(home=Home.at(Path(place)), demo=True, log_origin=DEMO_ORIGIN)
        never: Any = None
        schema: dict[str, Any] = create_app(settings, never, doors=routes).openapi_schema.to_schema()
    return schema


def released() -> tuple[str, ...]:
    """The lines of the file."""
    return tuple(FILE.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    now = surface(described())
    if FILE.exists() and (lost := broken(released(), now)):
        sys.exit("A released line is gone, or more is asked for:\n" + "\n".join(lost))
    FILE.write_text("\n".join(now) + "\n", encoding="utf-8")
