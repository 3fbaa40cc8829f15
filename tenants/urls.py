"""Connection strings of one database, a role each."""

from dataclasses import dataclass, fields
from typing import Literal, get_args

from sqlalchemy.engine import URL, make_url

RoleName = Literal["migrator", "app", "auditor", "portal"]
ROLE_NAMES: tuple[RoleName, ...] = get_args(RoleName)


@dataclass(frozen=True, slots=True)
class RolePasswords:
    """Passwords of the four roles; never shown."""

    migrator: str
    app: str
    auditor: str
    portal: str

    def __repr__(self) -> str:
        return "RolePasswords(…)"

    def items(self) -> tuple[tuple[RoleName, str], ...]:
        """Pairs of role and password."""
        return tuple((name, getattr(self, name)) for name in ROLE_NAMES)


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """URLs (postgresql://…) per role; `identity` is the name the database must carry."""

    migrator: str
    app: str
    auditor: str
    portal: str
    identity: str

    def __repr__(self) -> str:
        shown = (make_url(getattr(self, f.name)).render_as_string() for f in fields(self)[:4])
        return f"DatabaseUrls({', '.join(shown)}, identity={self.identity!r})"

    @classmethod
    def beside(cls, dsn: str, database: str, passwords: RolePasswords, identity: str) -> "DatabaseUrls":
        """URLs on the server of `dsn` with the standard role names."""
        base = make_url(dsn).set(database=database, drivername="postgresql")

        def url(name: RoleName, password: str) -> str:
            return shown(base.set(username=f"shuangsui_{name}", password=password))

        return cls(**{name: url(name, password) for name, password in passwords.items()}, identity=identity)


def own_password(dsn: str) -> dict[RoleName, str]:
    """The password in `dsn`, if it logs in as one of the four roles; else nothing."""
    url = make_url(dsn)
    return {
        name: str(url.password) for name in ROLE_NAMES if url.username == f"shuangsui_{name}" and url.password
    }


def shown(url: URL) -> str:
    """The URL as text, password included: for configuration, never for logs."""
    return url.render_as_string(hide_password=False)


def server_of(dsn: str) -> str:
    """Host and port of a URL: what may be shown."""
    url = make_url(dsn)
    return f"{url.host or 'localhost'}:{url.port or 5432}"
