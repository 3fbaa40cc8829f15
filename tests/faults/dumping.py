"""Everything a deployment keeps, as text by place."""

from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import text

from services.home import Home
from tenants.roles import administer

#: The transaction of the first freeze: the cluster of a test is young, its numbers only grow.
_FROZEN = """(select coalesce(min(xmin::text::bigint), 0) from public.journal where action = 'draw.freeze')"""


async def tables(dsn: str, name: str) -> dict[str, str]:
    """Table → its rows, every column; system columns that tell when a row was touched stand aside."""
    async with administer(dsn, name) as db:
        listing = "select tablename from pg_tables where schemaname = 'public'"
        return {
            table: "\n".join((await db.scalars(text(_whole(table)))).all())
            for table in (await db.scalars(text(listing))).all()
        }


def _whole(table: str) -> str:
    """The city's yearly key list is public and names every key site, drawn or not.

    Steps of the roster before the first freeze name sites one by one; they cannot tell of a draw.
    """
    where = {"notice": "where kind <> 'key_list'"}.get(table, "")
    if table in ("journal", "special_evidence"):
        where = f"where t.xmin::text::bigint >= {_FROZEN}"
    return f'select t::text from public."{table}" t {where}'


async def touched(dsn: str, name: str, table: str, key: str) -> dict[str, set[tuple[str, str]]]:
    """(bureau, key) of every row written or locked since the first freeze, by the transactions."""
    found: dict[str, set[tuple[str, str]]] = {}
    async with administer(dsn, name) as db:
        sql = f'select xmin::text || \'/\' || xmax::text, bureau, "{key}" from public."{table}"'
        sql += f" where greatest(xmin::text::bigint, xmax::text::bigint) >= {_FROZEN}"
        for mark, bureau, code in await db.execute(text(sql)):
            found.setdefault(mark, set()).add((bureau, code))
    return found


async def redis(url: str) -> str:
    """Every key with what it holds, as Latin-1: DUMP would compress it."""
    async with Redis.from_url(url) as client:
        found = [part async for key in client.scan_iter() for part in (key, *await _held(client, key))]
        return b"\n".join(found).decode("latin-1")


async def _held(client: Redis, key: bytes) -> list[bytes]:
    kind = (await client.type(key)).decode()
    read = {
        "string": lambda: client.get(key),
        "hash": lambda: client.hgetall(key),
        "list": lambda: client.lrange(key, 0, -1),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1, withscores=True),
        "stream": lambda: client.xrange(key),
        "none": lambda: client.get(key),  # it expired meanwhile
    }
    return _flat(await read[kind]())


def _flat(value: Any) -> list[bytes]:
    if isinstance(value, bytes):
        return [value]
    if isinstance(value, dict):
        return [part for pair in value.items() for part in _flat(pair)]
    if isinstance(value, list | tuple | set):
        return [part for one in value for part in _flat(one)]
    return [] if value is None else [str(value).encode()]


def files(home: Home) -> dict[str, bytes]:
    """Every file of the home but for the database's own and the rosters as made."""
    left_out = {home.data, home.rosters}
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for path in Path(home.root).rglob("*")
        if path.is_file() and not left_out & {*path.parents}
    }
