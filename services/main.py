"""All wiring of the web: one function that makes the application, or refuses."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import Any

from litestar import Litestar, Request, Router, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from services.api.examples import with_examples
from services.clock import Clock, SystemClock
from services.identity import routes as login
from services.identity.config import IdentityConfig
from services.identity.directory import Directory, TenantDirectory, TenantRequests
from services.identity.identity import Identity
from services.identity.middleware import who_asks
from services.identity.people import demo_people
from services.identity.provider.provider import Provider
from services.identity.provider.routes import SLOT as PROVIDER_SLOT
from services.identity.provider.routes import ProviderRoutes
from services.settings import Settings
from services.web import (
    census,
    depends,
    glass_pages,
    guarding,
    headers,
    health,
    intent_pages,
    measuring,
    pages,
    problems,
    state,
)
from services.web.draining import LARGEST_BODY
from services.web.form_back import FormBack
from services.web.form_kept import keep_form
from services.web.form_once import settle_once
from services.web.intent_replay import Replays
from services.web.streams import Streams
from services.work import App

DOORS = ("portal", "desk", "field", "city", "api")
BEARER = SecurityScheme(
    type="http",
    scheme="bearer",
    bearer_format="JWT",
    description="Access token of the identity service, for this client. Roles come from our own table.",
)

Opener = Callable[[], AbstractAsyncContextManager[App]]
Beside = Callable[[App], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings,
    open_app: Opener,
    *,
    doors: Sequence[ControllerRouterHandler] | None = None,
    directory: Callable[[App], Directory] | None = None,
    wall: Clock | None = None,
    beside: Beside | None = None,
) -> Litestar:
    """The web application; databases are opened when it starts and closed when it stops.

    Args:
        settings: decides addresses and which identity service.
        open_app: opens the wiring; its context ends with the application.
        doors: routes; left out, the `routes` lists of the five doors.
        directory: who holds which role; left out, the membership table.
        wall: the machine's clock, for the embedded identity provider.
        beside: runs in this process while the site does, e.g. the worker (`services.jobs.worker.beside`).

    Raises:
        ProviderRefused: neither a Keycloak nor a demonstration on loopback.
        UnguardedRoute: a route declares no action.
    """
    config = IdentityConfig.from_settings(settings)
    litestar = Litestar(
        route_handlers=[*_own_routes(config), *(door_routes() if doors is None else doors)],
        lifespan=[_lifespan(config, open_app, directory or _from_table, beside or _nothing)],
        middleware=[
            measuring.began,
            Replays(),
            who_asks(),
            FormBack(),
        ],  # a confirmed form is whole before anybody reads its headers
        guards=[guarding.check],
        dependencies=depends.dependencies(),
        exception_handlers=problems.handlers(),
        before_send=[
            headers.security_headers(config.public_url, config.base),
            measuring.measured(),
            keep_form,
            settle_once,
        ],
        template_config=pages.template_config(),
        openapi_config=_openapi(),
        request_max_body_size=LARGEST_BODY,
        debug=False,
    )
    if config.embedded:
        provider = Provider(
            config, demo_people(), wall or SystemClock(), demo=settings.demo, host=settings.host
        )
        litestar.state[PROVIDER_SLOT] = provider
    census.refuse_unguarded(litestar)
    return litestar


def door_routes() -> list[ControllerRouterHandler]:
    """The `routes` of every door, imported by name so that no door knows another; the API is described."""
    return [
        Router("/", route_handlers=routes, include_in_schema=door == "api")
        for door in DOORS
        if (routes := getattr(import_module(f"services.{door}"), "routes", []))
    ]


def _own_routes(config: IdentityConfig) -> list[ControllerRouterHandler]:
    static = create_static_files_router(
        path="/static",
        directories=[pages.STATIC],
        opt={"action": "public.read", "public_cache": "public, max-age=86400"},
        include_in_schema=False,
    )
    embedded: list[ControllerRouterHandler] = [ProviderRoutes] if config.embedded else []
    signing = Router("/", route_handlers=login.routes, include_in_schema=False)
    confirming = Router(
        "/", route_handlers=[*intent_pages.routes, *glass_pages.routes], include_in_schema=False
    )
    return [static, signing, confirming, *health.routes, openapi, measuring.metrics, *embedded]


@get("/api/v1/openapi.json", action="public.read", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The description of the API, at the address clients guess first."""
    return with_examples(request.app.openapi_schema.to_schema())


class Described(JsonRenderPlugin):
    """The same description beside the address of the reader."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """As bytes of JSON."""
        return super().render(request, with_examples(openapi_schema))


def _from_table(app: App) -> Directory:
    return TenantDirectory(app.database)


@asynccontextmanager
async def _nothing(app: App) -> AsyncIterator[None]:
    del app
    yield


def _lifespan(
    config: IdentityConfig, open_app: Opener, directory: Callable[[App], Directory], beside: Beside
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def opened(litestar: Litestar) -> AsyncIterator[None]:
        async with open_app() as app:
            identity = Identity.wire(
                config,
                app.redis,
                directory(app),
                clock=app.clock,
                wall=app.wall,
                requests=TenantRequests(app.database),
            )
            web = state.Web(app, identity, health.Health(app), Streams(each=app.settings.streams_per_address))
            state.put(litestar, web)
            try:
                async with beside(app):
                    yield
            finally:
                await web.streams.close()
                await identity.client.close()

    return opened


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="双随 Shuangsui",
        version="1",
        render_plugins=[Described(path="/openapi.json")],
        components=Components(security_schemes={"bearer": BEARER}),
        openapi_router=Router(
            "/api/v1/docs", route_handlers=[], opt={"action": "public.read"}, include_in_schema=False
        ),
    )
