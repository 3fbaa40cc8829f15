"""A bureau that moves takes the check value of its key along: at home or away, another key seals nothing."""

import pytest

from services.usecases.rewrap_keys import operator
from tenants.file_keys import LocalFileKeys
from tenants.key_checks import CheckedKeys
from tenants.key_errors import WrongKey
from tenants.scope import Scope
from tenants.stores import key_checks
from tests.moving import COUNTY, ground_of, stamped

from .census import by_hand


async def seals(app):
    async with app.work(operator(COUNTY)) as work:
        with by_hand():
            await CheckedKeys(work.db, work.scope, app.keys).wrap(COUNTY, bytes(32))


async def kept(app):
    scope = Scope.own(COUNTY, "x")
    async with app.database.unit(scope, read_only=True) as db:
        return await key_checks.kept(db, scope, COUNTY, "local")


async def test_the_check_value_goes_to_the_new_home_and_back(pg_server, new_home):
    stamp = await stamped(pg_server.superuser_dsn, new_home("move_keys"))
    async with ground_of(stamp, pg_server.superuser_dsn, new_home) as ground:
        app = ground.app
        await seals(app)
        before, path = await kept(app), app.home.keys / f"{COUNTY}.key"
        right = path.read_bytes()
        for order in ({"to": "own1", "clean": True}, {"to": "", "back": True}):
            await ground.move(**order)
            assert await kept(app) == before and len(before) == 1
            app.keys = LocalFileKeys(app.home.keys)
            path.write_bytes(bytes(range(32)))
            with pytest.raises(WrongKey):
                await seals(app)
            path.write_bytes(right)
            await seals(app)
