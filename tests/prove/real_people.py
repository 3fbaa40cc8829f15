"""The demonstration's people in a real Keycloak: it makes their accounts, our table knows them by those."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
from litestar import Litestar
from sqlalchemy import text

from services.identity.demo_login import csrf_of
from services.identity.people import demo_person
from tenants.roles import administer
from tests.confirming import Confirming
from tests.services.keycloak_people import Person as Account
from tests.services.keycloak_people import create_person, sign_in, submit
from tests.services.keycloak_server import Keycloak

from .apart import database_of
from .asking import Answer, Person
from .probes import Probe
from .programs import programs
from .worlds import World

ASKED = re.compile(r"\d{6}\.[A-Za-z0-9_-]{43}")  # an act that waits for its second factor: a random number


class Visitor(Person):
    """A browser signed in by Keycloak; it does not confirm acts, so it is sent to the second factor."""

    async def ask(self, probe: Probe, schema: dict[str, Any]) -> Answer:
        """The answer without the random number of an act."""
        got = await super().ask(probe, schema)
        return replace(got, headers=tuple((name, ASKED.sub("<act>", told)) for name, told in got.headers))


async def accounts(keycloak: Keycloak, names: Sequence[str]) -> dict[str, Account]:
    """An account with a telephone for each name."""
    admin = keycloak.admin()
    await admin.a_get_realm("shuangsui")  # the first call fetches the token the others share
    return {name: await create_person(admin, name, f"{name}-seed-0123456789") for name in names}


async def adopt(world: World, superuser: str, known: Mapping[str, Account]) -> None:
    """Whoever held a role under the demonstration's id holds it under Keycloak's."""
    async with administer(superuser, database_of(world.servers.database)) as db:
        await db.exec_driver_sql("set session_replication_role = replica")
        for name, account in known.items():
            ids = {"new": account.subject, "old": demo_person(name).subject}
            await db.execute(text("update membership set subject = :new where subject = :old"), ids)


@asynccontextmanager
async def visiting(
    world: World, known: Mapping[str, Account], names: Sequence[str]
) -> AsyncIterator[dict[str, Visitor]]:
    """A browser for every name, signed in with password and code; "" for the public."""
    async with AsyncExitStack() as stack:
        found: dict[str, Visitor] = {}
        for name in names:
            client = await stack.enter_async_context(
                Confirming(
                    base_url=world.settings.public_url,
                    trust_env=False,
                    timeout=60,
                    headers={"accept": "text/html"},
                )
            )
            client.event_hooks["response"].append(_believing(client))
            found[name] = Visitor(client, own=world.own)
            if name:
                page = await sign_in(client, known[name], level=2)
                await submit(client, page, otp=await _code(known[name]))
                found[name].csrf = csrf_of(await client.get("/bureau"))
                assert found[name].csrf, name
        yield found


async def _code(account: Account) -> str:
    """A code not given before; whoever gave all there are waits for the next half minute."""
    while True:
        try:
            return account.code()
        except StopIteration:
            await asyncio.sleep(1)


def _believing(client: httpx.AsyncClient) -> Any:
    """Browsers send Secure cookies over plain HTTP on loopback."""

    async def believe(_: httpx.Response) -> None:
        for cookie in client.cookies.jar:
            cookie.secure = False

    return believe


async def ask_as(
    world: World, keycloak: Keycloak, known: Mapping[str, Account], probes: Sequence[Probe], app: Litestar
) -> list[Answer]:
    """As `asking.ask_all`, with everybody signed in by Keycloak."""
    schema, names = app.openapi_schema.to_schema(), sorted({probe.who for probe in probes})
    subjects = {name: account.subject for name, account in known.items()}
    async with (
        keycloak.sending_back_to(world.settings.public_url),
        visiting(world, known, names) as people,
        programs(world, app, names, subjects) as made,
    ):
        for name, program in made.items():
            people[name].program = program
        return [await people[probe.who].ask(probe, schema) for probe in probes]
