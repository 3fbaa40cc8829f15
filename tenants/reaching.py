"""Reaching a server: why a connection failed, told in words and without the password."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from tenants.errors import NoConnection, NoDatabase, PasswordRefused

_NO_DATABASE = frozenset({"3D000"})
_REFUSED = frozenset({"28000", "28P01"})
_DENIED = "42501"  # no right to connect
_SILENT = ("08", "53", "57")  # no connection, no room, shutting down


@contextmanager
def readable(url: str) -> Iterator[None]:
    """Replace what the driver raises while the block connects; errors of statements pass as they are.

    Raises:
        NoDatabase: there is no such database, or the role may not connect to it.
        PasswordRefused: role or password are wrong.
        NoConnection: nobody answers there.
    """
    target = make_url(url)
    try:
        yield
    except OSError as error:
        raise NoConnection(_reason(error), server=_server(target)) from None
    except Exception as error:  # asyncpg raises its own classes before the dialect sees them
        state = _state(error)
        if state in _NO_DATABASE or state == _DENIED:
            raise NoDatabase(target.database, server=_server(target)) from None
        if state in _REFUSED:
            raise PasswordRefused(target.username, server=_server(target)) from None
        if state.startswith(_SILENT):
            raise NoConnection(state, server=_server(target)) from None
        raise


def _state(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def _reason(error: OSError) -> str:
    """Several addresses of one host fail together; the first line says enough."""
    return (error.strerror or str(error) or type(error).__name__).partition("\n")[0][:120]


def _server(url: URL) -> str:
    return f"{url.host or 'localhost'}:{url.port or 5432}"
