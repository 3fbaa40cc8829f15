"""A quarter of files to a platform that fails three times in ten: nothing lost, nothing taken twice."""

from collections import Counter
from datetime import timedelta
from hashlib import sha256
from random import Random

from services.exchange.carrying import key_of
from services.usecases.exchange_files import compare_now
from tenants.stores import uploads

from .conftest import XP, connect, made, platform, reaching, rounds, sender, states
from .platform import SMALL

FILES = 40
DRIFT = ("missing", "digest", "count", "receipt", "doubled")


async def test_a_quarter_under_faults_loses_nothing_and_is_taken_once(deployment, tmp_path) -> None:
    async with platform(tmp_path, "--faults", "0.3", "--seed", "11", "--token", "geheim") as there:
        app = reaching(deployment, there)
        connection = await connect(app, target=there.url, token="geheim")
        files = {key_of(one): one for one in [await made(app, n) for n in range(1, FILES + 1)]}
        await rounds(app)
        truth = await there.control(faults=0.0)
        assert set((await states(app)).values()) == {"received"}
        assert truth["held"].keys() == files.keys(), "nothing lost, nothing of others"
        again = Counter(truth["given"])
        assert min(truth["failed"][one] for one in SMALL) > 0, "every fault was there"
        assert max(again.values()) == 1, "who may hold it already is asked before it is sent again"
        async with app.work(sender(app), read_only=True) as work:
            for key, one in files.items():
                row = await uploads.get(work.db, work.scope, XP, one.id)
                data = await uploads.file_of(work.db, work.scope, XP, one.id)
                (held,) = truth["held"][key]
                assert (row.receipt, sha256(data).hexdigest(), row.count) == (
                    held["receipt"], held["sha256"], held["count"],
                )  # fmt: skip
        found = await compare_now(app, sender(app), connection.id)
        assert (found.ours, found.theirs, found.found) == (FILES, FILES, [])
        await _drift(app, there, connection, [*files])


async def _drift(app, there, connection, keys) -> None:
    """Every kind of difference is planted, and each is found, and nothing else is."""
    dice = Random(3)
    planted = dict(zip(dice.sample(keys, len(DRIFT) * 2), DRIFT * 2, strict=True))
    planted[f"{XP}-nobody"] = "unknown"
    await there.control(drift=planted)
    found = await compare_now(app, sender(app), connection.id)
    assert {one["key"]: one["what"] for one in found.found} == planted
    assert len(found.found) == len(planted)


async def test_the_folder_does_the_same_without_a_network(deployment, tmp_path) -> None:
    folder = tmp_path / "shared" / XP / "credit"
    folder.mkdir(parents=True)
    async with platform(tmp_path, "--faults", "0.3", "--seed", "5", "--folder", str(folder)) as there:
        app = reaching(deployment, there)
        connection = await connect(app, "market-results", "folder", target="credit")
        before = {id for id, state in (await states(app)).items() if state == "received"}
        files = [await made(app, n, profile="market-results") for n in range(1, 13)]
        bad = await made(app, 99, profile="market-results", data=b"REFUSE")
        await _answered(app, there, len(files) + 1)
        found = {id: state for id, state in (await states(app)).items() if id not in before}
        assert found.pop(bad.id) == "refused"
        assert found == {one.id: "received" for one in files}
        kept = await compare_now(app, sender(app), connection.id)
        assert (kept.ours, kept.theirs, kept.found) == (len(files) + 1, len(files) + 1, [])


async def _answered(app, there, files: int) -> None:
    """The worker lays the files down; the platform answers when it likes; then they are asked after."""
    import asyncio

    await rounds(app, most=1)
    for _ in range(300):
        if len([*(there.folder / XP / "credit" / "receipts").glob("*.json")]) == files:
            break
        await asyncio.sleep(0.05)
    await rounds(app)


async def test_a_worker_that_dies_behind_the_answers_hands_nothing_over_twice(
    deployment, tmp_path, monkeypatch
) -> None:
    from services.exchange import carrying
    from services.jobs.deliver import deliver

    async with platform(tmp_path) as there:
        app = reaching(deployment, there)
        await connect(app, "henan-results", target=there.url)
        before = await states(app)
        files = [await made(app, n, profile="henan-results") for n in range(1, 8)]

        async def dies(*_: object) -> None:
            raise RuntimeError("the worker ends here")

        with monkeypatch.context() as patched:
            patched.setattr(carrying, "_settle", dies)
            assert (await deliver(app, XP))["failed"] == len(files)
        assert {one for id, one in (await states(app)).items() if id not in before} == {"waiting"}
        app.wall.advance(timedelta(hours=7))
        await rounds(app)
        assert {one for id, one in (await states(app)).items() if id not in before} == {"received"}
        given = Counter((await there.control())["given"])
        assert given == Counter(key_of(one) for one in files)
