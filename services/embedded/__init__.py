"""Real PostgreSQL and Valkey from wheels, for demonstration, development and tests.

Started on free loopback ports below one home folder, each by our own launcher; safe to start again
after any kind of death. A deployment in earnest names real servers in DATABASE_URL and REDIS_URL.
"""

from services.embedded.postgres import PostgresServer, ensure_postgres
from services.embedded.status import Status, forget, status, stop_all
from services.embedded.usage import using
from services.embedded.valkey import ValkeyServer, ensure_valkey

__all__ = [
    "PostgresServer",
    "Status",
    "ValkeyServer",
    "ensure_postgres",
    "ensure_valkey",
    "forget",
    "status",
    "stop_all",
    "using",
]
