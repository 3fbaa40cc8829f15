"""Draws are computed in a worker process, never on the event loop.

One process is enough: a county's draw takes a fraction of a second, and two draws at once only queue.
It is started at first use ("spawn": no inherited connections, keys or locks) and kept warm.
"""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """A worker process behind an awaitable call."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a pure, importable function in the worker; a worker that was killed is replaced once.

        Raises:
            BrokenProcessPool: the worker died twice.
            Whatever `function` raises.
        """
        job = partial(function, *args, **kwargs)
        try:
            return await self._submit(job)
        except BrokenProcessPool:
            self.close()
            return await self._submit(job)

    def close(self) -> None:
        """Stop the worker; a later call starts another."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def _submit(self, job: Callable[[], T]) -> T:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_end_with_parent)
        return await asyncio.get_running_loop().run_in_executor(self._pool, job)


def _end_with_parent() -> None:
    """In the worker: exit when the parent is gone, however it died; else a killed server leaves orphans."""
    threading.Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


WORKER = Worker()
