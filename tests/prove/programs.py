"""Programs of the demonstration's people: they name themselves by a token and confirm their acts."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
from litestar import Litestar

from services.identity.errors import TokenRefused
from services.identity.tokens import Claims
from services.web.state import SLOT
from tests.confirming import Confirming, StepsUp
from tests.deployed import SUBJECTS, Tokens

from .rows import OWN
from .worlds import World


class Known(Tokens):
    """Believes a token that is the name of somebody with an account."""

    def __init__(self, subjects: Mapping[str, str]) -> None:
        self.subjects = subjects

    async def check(self, token: str, wanted: str, **_: Any) -> Claims:
        """Of whoever is known."""
        if token not in self.subjects:
            raise TokenRefused
        return replace(await super().check(token, wanted), subject=self.subjects[token])


@asynccontextmanager
async def programs(
    world: World, app: Litestar, names: Sequence[str], subjects: Mapping[str, str] = SUBJECTS
) -> AsyncIterator[dict[str, Confirming]]:
    """A program for every name; everybody else's token is checked as ever.

    Args:
        subjects: name → the account the identity service knows it by.
    """
    verifier, tokens = app.state[SLOT].identity.client.verifier, Known(subjects)
    before = verifier.check

    async def check(token: str, wanted: str, **more: Any) -> Any:
        return (
            await tokens.check(token, wanted) if wanted == "Bearer" else await before(token, wanted, **more)
        )

    verifier.check = check
    async with AsyncExitStack() as stack:
        made = {name: await stack.enter_async_context(_program(world, name)) for name in names if name}
        try:
            yield made
        finally:
            verifier.check = before


def _program(world: World, name: str) -> Confirming:
    return Confirming(
        base_url=world.settings.public_url,
        headers={"authorization": f"Bearer {name}"},
        auth=StepsUp(OWN),
        trust_env=False,
        timeout=60,
        limits=httpx.Limits(max_keepalive_connections=0),  # a program that waited finds it closed
    )
