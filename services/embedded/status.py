"""The embedded servers of one home together: how they are, stopping them, forgetting them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from services.embedded.places import find_place, retire
from services.embedded.postgres import PostgresServer, find_postgres, stop_postgres
from services.embedded.valkey import ValkeyServer, find_valkey, stop_valkey
from services.home import Home


@dataclass(frozen=True, slots=True)
class Status:
    """What runs for one home.

    Attributes:
        postgres: the running server, or None.
        valkey: the running server, or None.
        base: where their data stand, None before the first start.
        user: whom they run as, None before the first start.
    """

    postgres: PostgresServer | None
    valkey: ValkeyServer | None
    base: Path | None
    user: str | None

    def as_dict(self) -> dict[str, object]:
        """JSON form, without passwords."""
        servers = {"postgres": self.postgres, "valkey": self.valkey}
        shown = {n: {"port": s.port, "pid": s.pid} if s else None for n, s in servers.items()}
        return {**shown, "base": str(self.base) if self.base else None, "user": self.user}


def status(home: Home) -> Status:
    """Looks without starting, stopping or waiting."""
    place = find_place(home)
    base, user = (place.base, place.user.name) if place else (None, None)
    return Status(find_postgres(home), find_valkey(home), base, user)


def stop_all(home: Home) -> bool:
    """Stops both servers of `home`, whoever started them; True if any was running."""
    stopped = [stop_postgres(home), stop_valkey(home)]
    return any(stopped)


def forget(home: Home) -> None:
    """Stops both servers and removes the whole home with all its data, wherever they stand."""
    stop_all(home)
    place = find_place(home)
    if place is not None and place.base != home.data:
        retire(place.base)
    shutil.rmtree(home.root, ignore_errors=True)
