"""A deployment that archives as operators are told to, and its restored copies."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from services.embedded import PostgresServer, ensure_postgres, stop_all
from services.embedded.binaries import postgres_bin
from services.embedded.places import kill_all, settle
from services.home import PASSABLE, Home
from tests.demonstration import shuangsui

SCRIPTS = Path(__file__).resolve().parents[2] / "deploy" / "backup"
BESIDES = ("keys", "log", "run", "bundles", "outside", "rosters")  # what else of a home is backed up
DATABASE = "shuangsui"
TICKS = "create table if not exists drill_tick (at timestamptz primary key)"


@dataclass
class Ground:
    """One home whose PostgreSQL archives into `backup`."""

    home: Home
    backup: Path
    timeout: int
    copies: list[Home] = field(default_factory=list)

    def begin(self) -> PostgresServer:
        """Make the server and switch archiving on; a quiet server archives after `timeout` seconds."""
        for folder in ("base", "wal"):
            (self.backup / folder).mkdir(parents=True, exist_ok=True)
        server = ensure_postgres(self.home)
        place = settle(self.home, fast=False)
        for path in (self.backup, self.backup / "wal"):
            path.chmod(PASSABLE)
            place.user.own(path)
        command = f'{SCRIPTS / "archive.sh"} "%p" "%f" {self.backup}'
        if place.user.other:  # the servers' user cannot read our sources
            shutil.copy(SCRIPTS / "archive.sh", self.backup / "archive.sh")
            command = f'{self.backup / "archive.sh"} "%p" "%f" {self.backup}'
        for name, value in (
            ("archive_mode", "on"),
            ("archive_command", command),
            ("archive_timeout", str(self.timeout)),
        ):
            self.psql(server, f"alter system set {name} = '{value}'")
        server.stop()
        return ensure_postgres(self.home)

    def base_backup(self, server: PostgresServer) -> Path:
        """One base backup, as the script makes it."""
        done = self._script("base.sh", str(self.backup), server=server)
        return Path(done.strip().splitlines()[-1])

    def lose(self) -> None:
        """The machine burns: the server is killed at once, its data are gone."""
        place = settle(self.home, fast=False)
        data = place.base / "postgres" / "data"
        kill_all(data, place.user)
        shutil.rmtree(data)

    def restore(self, home: Home, moment: datetime | None = None) -> PostgresServer:
        """A home put together from the backups; started when this returns."""
        home.make()
        self.copies.append(home)
        for name in BESIDES:
            if (self.home.root / name).exists():
                shutil.copytree(self.home.root / name, home.root / name, dirs_exist_ok=True)
        place = settle(home, fast=False)
        data = place.folder("postgres") / "data"
        self._script("restore.sh", str(self.backup), str(data), *([moment.isoformat()] if moment else []))
        if place.user.other:
            for path in (data, *data.rglob("*")):
                place.user.own(path)
        server = ensure_postgres(home)
        while self.psql(server, "select pg_is_in_recovery()"):  # it may answer while it still replays
            time.sleep(0.2)
        return server

    def verify(self, home: Home) -> dict[str, Any]:
        """What `shuangsui database verify` says; it failing is an error."""
        done = shuangsui("database", "verify", "--json", "--home", home.root)
        assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])
        return dict(json.loads(done.stdout))

    def end(self) -> None:
        """Stop every server."""
        for home in (self.home, *self.copies):
            stop_all(home)

    def psql(self, server: PostgresServer, sql: str) -> Any:
        """One statement as the superuser; the value it gives, if any."""

        async def run() -> Any:
            db = await asyncpg.connect(server.superuser_dsn)
            try:
                return await db.fetchval(sql)
            finally:
                await db.close()

        return asyncio.run(run())

    def _script(self, name: str, *args: str, server: PostgresServer | None = None) -> str:
        place = settle(self.home, fast=False)
        env = os.environ | {"PG_BIN": str(postgres_bin(place.programs, place.user))}
        if server is not None:
            env |= {"PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user}
            env |= {"PGPASSWORD": server.password}
        done = subprocess.run(
            [str(SCRIPTS / name), *args], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (name, done.stderr[-2000:])
        return done.stdout
