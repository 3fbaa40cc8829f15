"""Servers that take messages, over real sockets: SMTP with a script of answers, and HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class Mailbox:
    """An SMTP server. `say`: answers by verb in place of the usual ones, one a call, the last one stays."""

    port: int = 0
    say: dict[str, str] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {
            "EHLO": "250-here\r\n250 AUTH PLAIN",
            "DATA": "354 go on",
            "QUIT": "221 bye",
            "AUTH": "235 in",
        }
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper()
            self.heard.append(line)
            answer = self.say.get(verb, usual.get(verb, "250 fine"))
            writer.write(f"{answer}\r\n".encode())
            if verb == "DATA" and answer.startswith("354"):
                body = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(message_from_bytes(body[:-5], policy=policy.default))  # type: ignore[arg-type]
                writer.write(f"{self.say.get('END', '250 taken')}\r\n".encode())
            if verb == "QUIT":
                break
        writer.close()


@dataclass
class Hook:
    """An HTTP server: what it was asked, and what it answers."""

    port: int = 0
    status: str = "200 OK"
    answer: Any = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    headers: str = ""
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.raw.append(body)
        self.asked.append((head[0].split(" ")[1], headers, json.loads(body or b"null")))
        said = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        lines = (f"HTTP/1.1 {self.status}", f"Content-Length: {len(said)}", "Connection: close", self.headers)
        writer.write("\r\n".join(lines).encode() + b"\r\n" + said)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(server: Any, **more: Any) -> AsyncIterator[Any]:
    """The server on a port of its own, on this machine only."""
    opened = await asyncio.start_server(server.serve, "127.0.0.1", 0, **more)
    server.port = opened.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        opened.close()
