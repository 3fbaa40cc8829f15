"""The monitor over a real ceremony, and over logs in which somebody committed each fault it must name."""

import json
import subprocess
import threading
from datetime import datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest

from services.clock import CHINA
from tenants.stores import witness_keys
from tests.demonstration import CLEAN, COMMAND

from . import ceremony as c

_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"monitor_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.fixture
def served():
    """Hands folders out over real HTTP, as a plain web server would."""
    running = []

    def serve(folder):
        handler = partial(Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def monitor(*args):
    command = [COMMAND, "monitor", *map(str, args), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=CLEAN, check=False, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    told = json.loads(done.stdout)
    assert done.returncode == bool(told["faults"])
    return told


def codes(told):
    return [fault["code"] for fault in told["faults"]]


async def trust_file(app, folder, *superiors):
    async with app.database.unit(await app.scope_of(c.drawer(app, "411721"))) as db:
        keys = [key for key in await witness_keys.all_(db) if key.bureau in superiors]
    path = folder / "trust.txt"
    path.write_text(app.log.trust(keys).text(), "utf-8")
    return path


async def test_a_plain_web_server_is_enough_to_follow_a_draw(app, served, tmp_path):
    await c.plan(app, "411721")
    await c.prepare(app, "411721")
    await c.freeze(app, "411721", 1)
    await c.escrow(app, "411721", 1)
    await c.cosign(app, "411700")
    trust, state, url = (
        await trust_file(app, tmp_path, "411700"),
        tmp_path / "state.json",
        served(app.home.log),
    )
    follow = partial(monitor, "--url", url, "--trust", trust, "--state", state)
    first = follow()
    assert (first["faults"], first["unchecked"], first["first"], first["simulated"]) == ([], [], True, True)
    assert list(first["witnesses"]) == ["zhumadian.example/witness"]
    silent = follow("--now", (c.BEACON + timedelta(hours=1)).isoformat())
    assert codes(silent) == ["BeaconMissing", "ResultMissing"] and silent["fresh"] == 0
    app.clock.set(c.BEACON + timedelta(minutes=2))
    await c.run_draw(app, c.drawer(app, "411721"), 1, c.DIGITS, c.secret(app, "411721", 1))
    await app.log.publish()
    grown = follow()
    assert (grown["faults"], grown["fresh"], grown["first"]) == ([], 2, False)
    late = (datetime(2026, 4, 30, tzinfo=CHINA)).isoformat()
    assert codes(follow("--now", late)) == ["WitnessMissing", "NotOpened"]
    duties = tmp_path / "expected.txt"
    duties.write_text("411721 routine 2026Q1\n150203 routine 2026Q1 days=5 # 昆都仑\n", "utf-8")
    found = follow("--expected", duties, "--now", "2026-01-07T00:00:00+08:00")
    assert "150203" in next(f["title"] for f in found["faults"] if f["code"] == "DrawAbsent")
    assert "DrawAbsent" not in codes(follow("--expected", duties, "--now", "2026-01-02T00:00:00+08:00"))
    assert monitor("--folder", app.home.log, "--trust", trust, "--mirror", url)["faults"] == []


async def test_a_voided_draw_and_the_next_one_are_no_fault(app, tmp_path):
    await c.plan(app, "411721")
    for number in (1, 2):
        await c.prepare(app, "411721")
        await c.freeze(app, "411721", number)
        if number == 1:
            await c.void(app, "411721", 1)
    await c.cosign(app, "411700")
    trust = await trust_file(app, tmp_path, "411700")
    assert monitor("--folder", app.home.log, "--trust", trust)["faults"] == []
