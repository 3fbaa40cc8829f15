"""Who may read the figures: the token's bearer; without one, this machine of a site that is on it alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Request

from services.home import Home
from services.settings import Settings
from services.web.measuring import may_read

HERE = Settings(home=Home.at(Path("x")), public_url="http://127.0.0.1:8000")
PUBLIC = replace(HERE, public_url="https://draw.example.cn")
GIVEN = "t-4711"
BEARER = {"authorization": f"Bearer {GIVEN}"}


def asks(settings: Settings, client: str = "127.0.0.1", **headers: str) -> bool:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/metrics", "headers": told, "client": (client, 1)}
    return may_read(Request(scope), settings)  # type: ignore[arg-type]


def test_without_a_token_only_this_machine_and_a_site_that_is_on_it_alone() -> None:
    assert asks(HERE) and asks(replace(HERE, public_url="http://localhost:8000"))
    assert not asks(HERE, "10.0.0.7")
    assert not asks(PUBLIC), "a proxy may stand before it that says nothing of itself"
    assert not asks(PUBLIC, **BEARER), "no token is nobody's token"


@pytest.mark.parametrize(
    "name", ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded", "x-real-ip", "via"]
)
def test_what_a_proxy_brings_is_not_from_this_machine(name: str) -> None:
    assert not asks(HERE, **{name: "1.2.3.4"})


@pytest.mark.parametrize("settings", [HERE, PUBLIC])
def test_with_a_token_its_bearer_and_nobody_else(settings: Settings) -> None:
    settings = replace(settings, metrics_token=GIVEN)
    assert asks(settings, **BEARER) and asks(settings, "10.0.0.7", x_forwarded_for="1.2.3.4", **BEARER)
    assert not asks(settings)
    for wrong in ("", GIVEN, f"Bearer {GIVEN}x", "Bearer ", f"Basic {GIVEN}"):
        assert not asks(settings, authorization=wrong), wrong
