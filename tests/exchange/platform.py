"""A foreign platform as a process of its own: HTTP over real sockets, a folder it looks into, planned faults.

    python -m tests.exchange.platform --port-file FILE --faults 0.3 --seed 7 [--folder DIR] [--token WORD]

It keeps every file it took, so that a test may ask afterwards what it truly holds and what it did with it.
The faults are drawn from a seed. Nobody's real platform is known: it speaks what docs/exchange.md says.
"""

import argparse
import asyncio
import json
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SMALL = ("lose", "lose_answer", "broken", "slow", "garbled")  # what goes by: the next try may do better


@dataclass
class Batch:
    """What is held under a key. `ready`: how often it is asked after until it has its receipt."""

    key: str
    sha256: str
    count: int
    receipt: str
    ready: int
    refused: bool = False


@dataclass
class Platform:
    """The platform's mind.

    Attributes:
        held: key → what it took, once or, doubled, more often. given: every PUT that reached it.
        drift: what it lists otherwise than it took, planted by a test.
        offered: key → the file it has for the bureau. acks: key → every receipt it was told.
        wrong: keys it lists with another digest than the bytes have.
    """

    dice: Random
    faults: float
    token: str
    held: dict[str, list[Batch]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    drift: dict[str, str] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    offered: dict[str, bytes] = field(default_factory=dict)
    acks: dict[str, list[str]] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    def offers(self) -> list[dict[str, Any]]:
        """What it has for the bureau, in no order; some it names twice."""
        rows = [
            {
                "key": key,
                "sha256": "0" * 64 if key in self.wrong else sha256(data).hexdigest(),
            }
            for key, data in self.offered.items()
        ]
        rows += [row for row in rows if self.dice.random() < self.faults]
        self.dice.shuffle(rows)
        return rows

    def take(self, key: str, data: bytes, count: int) -> Batch:
        """A file under a key; the same again is the same batch."""
        self.given.append(key)
        if key in self.held:
            return self.held[key][0]
        number = f"P-{len(self.held) + 1:06d}"
        batch = Batch(key, sha256(data).hexdigest(), count, number, self.dice.choice((0, 0, 1, 2)))
        self.held[key] = [batch]
        return batch

    def says(self, batch: Batch) -> dict[str, Any]:
        """What it says of a batch now."""
        if batch.refused:
            return {"key": batch.key, "state": "refused"}
        receipt = batch.receipt if batch.ready <= 0 else ""
        batch.ready -= 1
        return {"key": batch.key, "sha256": batch.sha256, "count": batch.count, "receipt": receipt}

    def lists(self, prefix: str) -> list[dict[str, Any]]:
        """Its list, in no order, with the drift that was planted."""
        rows = [
            {"key": b.key, "sha256": b.sha256, "count": b.count, "receipt": b.receipt}
            for batches in self.held.values()
            for b in batches
            if b.key.startswith(prefix) and not b.refused
        ]
        out: list[dict[str, Any]] = []
        for row in rows:
            how = self.drift.get(row["key"])
            if how == "missing":
                continue
            if how == "digest":
                row |= {"sha256": "0" * 64}
            if how == "count":
                row |= {"count": row["count"] + 1}
            if how == "receipt":
                row |= {"receipt": "P-999999"}
            out += [row, row] if how == "doubled" else [row]
        unknown = [key for key, how in self.drift.items() if how == "unknown"]
        out += [{"key": key, "sha256": "1" * 64, "count": 1, "receipt": "P-888888"} for key in unknown]
        self.dice.shuffle(out)
        return out


@dataclass
class Server:
    """The platform behind a socket."""

    mind: Platform

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer, or none."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
            data = await reader.readexactly(int(headers.get("content-length", "0")))
            method, target, _ = head[0].split(" ")
            status, body = await self._answer(method, target, headers, data)
            if status:
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                lines = f"HTTP/1.1 {status} x\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n\r\n"
                writer.write(lines.encode() + raw)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, method: str, target: str, headers: dict[str, str], data: bytes
    ) -> tuple[int, Any]:
        parts = urlsplit(target)
        if parts.path.startswith("/control/"):
            return 200, self._control(parts.path.removeprefix("/control/"), data)
        if self.mind.token and headers.get("authorization") != f"Bearer {self.mind.token}":
            return 401, {}
        fault = self.mind.dice.choice(SMALL) if self.mind.dice.random() < self.mind.faults else ""
        self.mind.failed[fault] += 1
        if fault == "lose":
            return 0, None
        if fault == "broken":
            return 503, {}
        status, body = self._know(method, parts.path, parse_qs(parts.query), headers, data)
        if fault == "slow":
            await asyncio.sleep(0.05)
        if fault == "garbled":
            return status, b"{"
        return (0, None) if fault == "lose_answer" else (status, body)

    def _know(
        self, method: str, path: str, query: dict[str, list[str]], headers: dict[str, str], data: bytes
    ) -> tuple[int, Any]:
        if method == "GET" and path == "/batches":
            return 200, {"batches": self.mind.lists(query.get("prefix", [""])[0])}
        if path == "/outgoing":
            return 200, {"batches": self.mind.offers()}
        if path.startswith("/outgoing/"):
            return self._outgoing(
                method, unquote(path.removeprefix("/outgoing/").removesuffix("/receipt")), data
            )
        key = unquote(path.removeprefix("/batches/"))
        if method == "GET":
            known = self.mind.held.get(key)
            return (200, self.mind.says(known[0])) if known else (404, {})
        if b"REFUSE" in data or not data:
            return 422, {"reason": "columns"}
        batch = self.mind.take(key, data, int(headers["x-row-count"]))
        if headers["x-content-sha256"] != batch.sha256:
            return 409, {}
        if batch.ready > 0:
            batch.ready -= 1
            return 202, {}
        return 200, self.mind.says(batch)

    def _outgoing(self, method: str, key: str, data: bytes) -> tuple[int, Any]:
        """A file it has for the bureau, or what the bureau says of it."""
        if method == "GET":
            return (200, self.mind.offered[key]) if key in self.mind.offered else (404, {})
        said = json.loads(data)
        if said["sha256"] != sha256(self.mind.offered[key]).hexdigest():
            return 409, {}
        self.mind.acks.setdefault(key, []).append(said["receipt"])
        return 200, {}

    def _control(self, what: str, data: bytes) -> Any:
        told = json.loads(data or b"{}")
        if what == "set":
            self.mind.faults = told.get("faults", self.mind.faults)
            self.mind.drift |= told.get("drift", {})
            self.mind.offered |= {key: b64decode(one) for key, one in told.get("offer", {}).items()}
            self.mind.wrong = set(told.get("wrong", self.mind.wrong))
            for key, change in told.get("lie", {}).items():
                vars(self.mind.held[key][0]).update(change)
        return {
            "given": self.mind.given,
            "failed": self.mind.failed,
            "acks": self.mind.acks,
            "held": {key: [vars(one) for one in rows] for key, rows in self.mind.held.items()},
        }


async def look_into(mind: Platform, folder: Path) -> None:
    """Take files from `out`, in any order, and answer into `receipts`; some only after a while."""
    while True:
        await asyncio.sleep(0.02)
        found = [p for p in (folder / "out").glob("*") if not p.name.startswith(".")]
        mind.dice.shuffle(found)
        for path in found:
            if mind.dice.random() < mind.faults:
                continue  # not now
            data = path.read_bytes()
            batch = mind.take(path.stem, data, 0)
            batch.refused = b"REFUSE" in data
            batch.ready = 0
            said = mind.says(batch)
            said.pop("count", None)
            (folder / "receipts").mkdir(exist_ok=True)
            draft = folder / "receipts" / f".{path.stem}"
            draft.write_text(json.dumps(said))
            draft.rename(folder / "receipts" / f"{path.stem}.json")
            path.unlink()


async def main() -> None:
    """Serves until it is stopped."""
    read = argparse.ArgumentParser()
    read.add_argument("--port-file", type=Path, required=True)
    read.add_argument("--faults", type=float, default=0.0)
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--folder", type=Path)
    read.add_argument("--token", default="")
    told = read.parse_args()
    mind = Platform(Random(told.seed), told.faults, told.token)
    opened = await asyncio.start_server(Server(mind).serve, "127.0.0.1", 0, limit=2**24)
    draft = told.port_file.with_suffix(".new")
    draft.write_text(str(opened.sockets[0].getsockname()[1]))
    draft.rename(told.port_file)
    if told.folder:
        await look_into(mind, told.folder)
    await opened.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
