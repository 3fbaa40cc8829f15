"""A bureau's key file that is another's, cut short, empty, gone or no file at all: nothing opens.

The bureau's people read what is wrong and what to do; other bureaus go on; with the right key they do too.
"""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.web.state import SLOT
from services.work import App
from tenants.errors import BadKey, NoKey, SealBroken
from tenants.sealing import new_data_key

from .asking import Person, signed_in
from .rows import FOREIGN, OWN
from .worlds import World

SEALED = "/desk/draws/1/cars"  # the names of the draw that was dispatched
PEOPLE = (f"{OWN}-dispatcher", f"{OWN}-keeper", f"{FOREIGN}-keeper")
DAMAGES: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "another bureau's": (lambda mine, other: shutil.copy(other, mine), "请核对密钥文件"),
    "cut short": (lambda mine, _: mine.write_bytes(mine.read_bytes()[:20]), "单位密钥文件已损坏"),
    "empty": (lambda mine, _: mine.write_bytes(b""), "单位密钥文件已损坏"),
    "too long": (lambda mine, _: mine.write_bytes(bytes(33)), "单位密钥文件已损坏"),
    "gone": (lambda mine, _: mine.unlink(), "找不到单位密钥"),
    "no file": (lambda mine, _: (mine.unlink(), mine.mkdir()), "单位密钥文件已损坏"),
}


@dataclass
class Keyed:
    """The served site and its folder of keys."""

    app: App
    people: dict[str, Person]
    folder: Path


@pytest.fixture(scope="module")
async def keyed(apart_world: World) -> AsyncIterator[Keyed]:
    async with apart_world.served() as litestar, signed_in(apart_world, PEOPLE, forms="/desk") as people:
        app: App = litestar.state[SLOT].app
        for bureau in (OWN, FOREIGN):
            await app.keys.make(bureau)
        yield Keyed(app, people, app.home.keys)


@contextmanager
def damaged(folder: Path, how: str) -> Iterator[None]:
    mine, other, aside = (folder / name for name in (f"{OWN}.key", f"{FOREIGN}.key", "kept-aside"))
    shutil.copy2(mine, aside)
    DAMAGES[how][0](mine, other)
    try:
        yield
    finally:
        shutil.rmtree(mine) if mine.is_dir() else mine.unlink(missing_ok=True)
        aside.rename(mine)


@pytest.mark.parametrize("how", DAMAGES)
async def test_a_wrong_key(keyed: Keyed, how: str) -> None:
    people, keys = keyed.people, keyed.app.keys
    asks = people[f"{OWN}-dispatcher"].client
    assert (right := await asks.get(SEALED)).status_code == 200
    blob = await keys.wrap(OWN, new_data_key())
    with damaged(keyed.folder, how):
        told = await asks.get(SEALED)
        assert told.status_code in (500, 503) and DAMAGES[how][1] in told.text, told.text[:2000]
        for word in (str(keyed.folder), "Traceback", "系统出现故障", "cryptography"):
            assert word not in told.text
        with pytest.raises((NoKey, SealBroken)):
            await keys.unwrap(OWN, blob)
        if DAMAGES[how][1] == "单位密钥文件已损坏":  # half a key seals nothing either
            with pytest.raises(BadKey):
                await keys.wrap(OWN, new_data_key())
        for who in (OWN, FOREIGN):  # what is not sealed goes on, and so does everybody else
            assert (await people[f"{who}-keeper"].client.get("/desk/sites")).status_code == 200
        assert await keys.unwrap(FOREIGN, await keys.wrap(FOREIGN, b"k" * 32)) == b"k" * 32
    again = await asks.get(SEALED)
    assert again.status_code == 200 and len(again.text) == len(right.text)
    assert len(await keys.unwrap(OWN, blob)) == 32
