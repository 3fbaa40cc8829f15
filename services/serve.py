"""Puts the application on a port."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any, ClassVar

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from policies.errors import Kind, Language, Problem, Wording
from services.web.draining import LARGEST_BODY, Drained
from services.web.streams import MOST

START_SECONDS = 60
BACKLOG = 1024  # connections waiting to be taken
AT_ONCE = 2 * MOST  # requests at once: all who follow something, and as many again who come and go


class PortTaken(Problem):
    """Another program listens on the port."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "端口 {port} 已被占用", "空闲端口", "请停止占用该端口的程序，或用 PORT 指定另一个端口。"
        ),
        "en": Wording("Port {port} is taken", "a free port", "Stop the other program, or set PORT."),
    }


class NotServing(Problem):
    """The application did not start; why stands in the log above."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("网站未能启动", "{seconds} 秒内启动", "请查看上方日志中的原因。"),
        "en": Wording("The site did not start", "a start within {seconds} seconds", "See the log above."),
    }


def serve(app_factory: Callable[[], Litestar], host: str, port: int) -> None:
    """Serves until interrupted (Ctrl-C or SIGTERM); databases close before it returns.

    Args:
        app_factory: makes the application, as `create_app` does.
        host, port: where to listen.

    Raises:
        PortTaken: another program listens there. NotServing: the application failed to start.
    """

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        async with serving(app_factory(), host, port):
            gc.collect()
            gc.freeze()  # what stays for ever is not looked through again and again
            await stop.wait()

    with asyncio.Runner(loop_factory=_faster_loop()) as runner:
        runner.run(run())


def _faster_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop where there is one (not on Windows); None = Python's own."""
    try:
        uvloop: Any = import_module("uvloop")
    except ImportError:
        return None
    made: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return made


@asynccontextmanager
async def serving(app: Litestar, host: str, port: int) -> AsyncIterator[None]:
    """Serves within the running loop for as long as the context lasts; it answers once inside.

    Raises:
        PortTaken: another program listens there. NotServing: the application failed to start.
    """
    refuse_taken(host, port)
    for noisy in ("_granian", "httpx", "httpcore"):  # one line for every request they serve or send
        logging.getLogger(noisy).setLevel(logging.WARNING)
    drained = Drained(app, 2 * LARGEST_BODY)  # what is over the limit is told so, up to twice of it
    server: Any = Server(
        drained,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        backlog=BACKLOG,
        backpressure=AT_ONCE,
    )
    task = asyncio.create_task(server.serve())
    try:
        await _until_open(task, host, port)
        yield
    finally:
        server.stop()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(task, 15)


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def refuse_taken(host: str, port: int) -> None:
    """Refuses early when the port is taken. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(error.strerror or error, port=port) from error


async def _until_open(task: "asyncio.Task[None]", host: str, port: int) -> None:
    """Waits for an answer; a connection alone proves nothing, the socket listens before the start is done."""
    shown = f"[{host}]" if ":" in host else host
    ask = asyncio.create_task(_answer(f"http://{shown}:{port}/healthz"))
    done, _ = await asyncio.wait({task, ask}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if ask not in done:
        ask.cancel()
        raise NotServing(seconds=START_SECONDS) from (task.exception() if task.done() else None)


async def _answer(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=START_SECONDS) as client:
        while True:
            with suppress(httpx.HTTPError):
                await client.get(url)
                return
            await asyncio.sleep(0.02)
