"""Unsafe calls: with an Idempotency-Key the first answer is kept in the same transaction and given again.

Keys belong to a bureau and a person. Answers that show sealed rows must not come from here: they are kept.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter, SkipValidation

from policies.access_errors import Stranger
from policies.terms import Principal
from services.api.stamps import find, keep, stamp_of
from services.web.depends import InApp, InWork
from services.web.state import principal_of
from services.work import App, Work
from tenants.records import Kept
from tenants.stores import idempotency

T = TypeVar("T")
R = TypeVar("R")
AnyRequest = Request[Any, Any, Any]
KeyHeader = Annotated[
    str | None,
    HeaderParameter(
        name="idempotency-key",
        description="1–128 visible ASCII characters; the same request with the same key is served once.",
    ),
]
REPLAYED = {"idempotent-replayed": "true"}


@dataclass(slots=True)
class Once:
    """An act in the transaction of the request.

    Nothing is checked before `run`: a dependency that fails would leave the open transaction behind.
    """

    request: AnyRequest
    work: Work
    key: str | None

    async def run(self, act: Callable[[Work], Awaitable[R]], form: Callable[[R], T]) -> Response[T]:
        """Serve the request, or repeat the answer it had.

        Raises:
            Stranger: the path names a bureau other than the one acted for. BadKey: the key's form.
            KeyReused: the key came before with another request. KeyBusy: that one runs just now.
        """
        within(self.request, self.work.scope.bureau)
        if self.key is None:
            return Response(form(await act(self.work)))
        stamp = await stamp_of(self.request, self.key)
        if (kept := await find(self.work, stamp)) is not None:
            return _again(kept)
        await keep(self.work, stamp, None)  # first, so that a second one waits here
        answer = form(await act(self.work))
        who, plain = self.work.principal.subject, msgspec.to_builtins(answer)
        await idempotency.answer(self.work.db, self.work.scope, who, stamp.key, stamp.status, plain)
        return Response(answer)


@dataclass(slots=True)
class OnceAcross:
    """An act of several transactions that may be repeated by nature; its answer is kept behind it."""

    request: AnyRequest
    app: App
    key: str | None

    async def run(self, act: Callable[[App, Principal], Awaitable[R]], form: Callable[[R], T]) -> Response[T]:
        """As `Once.run`."""
        who = principal_of(self.request)
        within(self.request, who.bureau)
        if self.key is None:
            return Response(form(await act(self.app, who)))
        stamp = await stamp_of(self.request, self.key)
        async with self.app.work(who, read_only=True) as work:
            if (kept := await find(work, stamp)) is not None:
                return _again(kept)
        answer = form(await act(self.app, who))
        async with self.app.work(who) as work:
            await keep(work, stamp, msgspec.to_builtins(answer))
        return Response(answer)


InOnce = NamedDependency[SkipValidation[Once]]
InOnceAcross = NamedDependency[SkipValidation[OnceAcross]]


async def provide_once(request: AnyRequest, work: InWork, idempotency_key: KeyHeader = None) -> Once:
    """For acts in one transaction."""
    return Once(request, work, idempotency_key)


async def provide_across(request: AnyRequest, app: InApp, idempotency_key: KeyHeader = None) -> OnceAcross:
    """For acts of several transactions."""
    return OnceAcross(request, app, idempotency_key)


def dependencies() -> dict[str, Provide]:
    """Names a handler may ask for: `once: InOnce`, `across: InOnceAcross`."""
    return {"once": Provide(provide_once), "across": Provide(provide_across)}


def within(request: AnyRequest, bureau: str) -> None:
    """Refuses an act on a path of another bureau. Raises Stranger."""
    named = request.path_params.get("bureau", bureau)
    if named != bureau:
        raise Stranger(named)


def _again(kept: Kept) -> Response[Any]:
    return Response(kept.response, status_code=kept.status, headers=REPLAYED)
