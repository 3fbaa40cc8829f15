"""Draws leave the event loop: a worker that is killed is replaced, and none outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from services.drawing.compute import Worker

PARENT = """
import asyncio, os, signal
from services.drawing.compute import Worker
async def run():
    print(await Worker().call(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    asyncio.run(run())
"""


async def test_a_killed_worker_is_replaced():
    worker = Worker()
    try:
        first = await worker.call(os.getpid)
        assert first != os.getpid() and await worker.call(os.getpid) == first
        os.kill(first, signal.SIGKILL)
        assert await worker.call(os.getpid) != first
    finally:
        worker.close()


def test_a_worker_ends_with_its_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while running(int(done.stdout)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(pid):
    """True unless the process is gone, or a zombie that waits for init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
