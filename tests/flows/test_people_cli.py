"""People, the roster's keeper, programs and logins typed at the command line."""

import asyncio
import json
from datetime import date
from typing import Any

import pytest

from services.cli import main
from services.clock import SimulatedClock
from services.demo.granting import give
from services.home import write_private
from services.wiring import open_app, settings_for
from tenants.migrate import set_up
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import sites

from . import ceremony as c

XP = "411721"
PEOPLE = (("head", "bureau_head"), ("admin", "bureau_admin"), ("keeper", "registry_keeper"))


@pytest.fixture(scope="module")
def home(pg_server: Any, valkey_server: Any, new_home: Any) -> Any:
    made = new_home("people-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/people_cli"
    env = {"SHUANGSUI_HOME": str(made.root), "SHUANGSUI_DEMO": "1", "DATABASE_URL": dsn}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (env | {"REDIS_URL": valkey_server.url}).items():
            patch.setenv(name, value)
        made.make()
        for role in ("migrator", "app", "auditor", "portal"):
            write_private(made.keys / f"database-{role}", getattr(c.PASSWORDS, role))
        asyncio.run(set_up(pg_server.superuser_dsn, "people_cli", c.PASSWORDS, identity="shuangsui-demo"))
        SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
        asyncio.run(furnish())
        yield made


async def furnish() -> None:
    async with open_app(settings_for()) as app:
        await c._furnish(app, {})
        scope = Scope.own(XP, "system")
        async with app.database.unit(scope) as db:
            for post, role in PEOPLE:
                await give(db, scope, Membership(XP, c.person(XP, post), role, post, date(2025, 12, 1)))


async def edit() -> None:
    """The keeper changes a row of the roster."""
    async with open_app(settings_for()) as app:
        who = c.person(XP, "keeper")
        scope = Scope.own(XP, who)
        async with app.database.unit(scope) as db:
            await sites.upsert(db, scope, [c.site(XP, 901)], at=app.clock.now(), by=who, reason="改正")


@pytest.fixture
def typed(home: Any, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: object, who: str = "admin", exit_code: int = 0, as_json: bool = True) -> Any:
        as_ = ["-b", XP, "--as", c.person(XP, who)]
        with pytest.raises(SystemExit) as done:
            main([*map(str, words), *as_, *(["--json"] if as_json else [])])
        out = capsys.readouterr()
        assert done.value.code == exit_code, out
        return (json.loads(out.out) if as_json else out.out) if not exit_code else out.err + out.out

    return run


def test_roles_by_one_and_by_two(typed: Any) -> None:
    made = typed("people", "grant", "li", "publisher", "--name", "李四")
    assert (made["role"], made["until"]) == ("publisher", None)
    asked = typed("people", "grant", "li", "reviewer", "--name", "李四", "--why", "接替")
    assert (asked["state"], asked["why"]) == ("proposed", "接替")
    assert "李四" in typed("people", "proposals", who="head", as_json=False)
    # the administrator does not approve
    typed("people", "approve", asked["id"], "li", "reviewer", exit_code=4)
    typed("people", "approve", asked["id"], "li", "drawer", who="head", exit_code=5)
    assert typed("people", "approve", asked["id"], "li", "reviewer", who="head")["role"] == "reviewer"
    again = typed("people", "grant", "wang", "drawer", "--name", "王五", "--since", "2026-03-01")
    assert typed("people", "withdraw", again["id"], who="head")["state"] == "withdrawn"
    states = {one["subject"]: one["state"] for one in typed("people", "proposals")["proposals"]}
    assert (states["li"], states["wang"]) == ("approved", "withdrawn")
    assert typed("people", "end", "li", "publisher")["ended_at"]
    held = {(one["subject"], one["role"]) for one in typed("people", "list")["people"]}
    assert ("li", "reviewer") in held and ("li", "publisher") not in held
    assert [one["role"] for one in typed("people", "list", "--past")["people"]] == ["publisher"]
    assert "李四" in typed("people", "list", as_json=False)
    typed("people", "grant", "li", "emperor", "--name", "李四", exit_code=3)
    assert "不能没有单位负责人" in typed("people", "end", c.person(XP, "head"), "bureau_head", exit_code=5)


def test_who_is_barred_from_what(typed: Any) -> None:
    asyncio.run(edit())
    asked = typed("people", "grant", "zhao", "drawer", "--name", "赵六")
    typed("people", "approve", asked["id"], "zhao", "drawer", who="head")
    found = typed("people", "bars")
    assert found["drawing"]["free"] == ["赵六"] and found["drawing"]["barred"] == []
    keeper = next(one for one in found["roles"] if one["subject"] == c.person(XP, "keeper"))
    assert keeper["others"] == ["drawer", "city_drawer"]
    assert "抽取人" in typed("people", "bars", as_json=False)
    typed("people", "bars", who="keeper", exit_code=4)
    typed("people", "bars", "--draw", 99, exit_code=3)


def test_the_roster_passes_on(typed: Any) -> None:
    assert typed("keeper", "show", who="head") == {"keeper": None, "open": None, "past": []}
    typed("keeper", "give", c.person(XP, "keeper"), who="keeper", exit_code=4)
    first = typed("keeper", "give", c.person(XP, "keeper"), "--note", "首次", who="head")
    assert first["n"] == 1 and first["officers"] == 12 and len(first["digest"]) == 64
    assert typed("keeper", "withdraw", 1, who="keeper")["withdrawn_by"] == c.person(XP, "keeper")
    typed("keeper", "take", 1, who="keeper", exit_code=5)
    assert typed("keeper", "give", c.person(XP, "keeper"), who="head")["n"] == 2
    assert typed("keeper", "take", 2, who="keeper")["confirmed_at"]
    told = typed("keeper", "show")
    assert told["keeper"]["n"] == 2 and [one["n"] for one in told["past"]] == [1]
    assert "现任 keeper" in typed("keeper", "show", as_json=False)


def test_programs_are_let_in_and_ended(typed: Any) -> None:
    assert typed("client", "list") == {"clients": []}
    until = (c.PLANNED.date()).replace(month=12, day=31).isoformat()
    made = typed("client", "allow", "platform-411721", "--name", "模拟平台", "--until", until)
    assert (made["client"], made["role"], made["ended_at"]) == ("platform-411721", "provincial_client", None)
    typed("client", "allow", "platform-411721", "--name", "模拟平台", "--until", until, exit_code=5)
    typed("client", "allow", "platform two", "--name", "模拟平台", "--until", until, exit_code=2)
    typed("client", "allow", "platform-2", "--name", "模拟平台", "--until", "tomorrow", exit_code=2)
    typed("client", "allow", "platform-2", "--name", "模拟平台", "--until", until, who="head", exit_code=4)
    assert "platform-411721" in typed("client", "list", who="head", as_json=False)
    assert typed("client", "end", made["id"])["client"] == "platform-411721"
    typed("client", "end", made["id"], exit_code=5)
    typed("client", "end", "00000000-0000-4000-8000-000000000000", exit_code=3)
    assert "已结束" in typed("client", "list", as_json=False)


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("create", "zhang", "publisher", "--name", "张三"),
        ("disable", "test-411721-keeper"),
        ("enable", "test-411721-keeper"),
        ("reset", "test-411721-keeper"),
        ("second-factor", "test-411721-keeper"),
    ],
)
def test_the_demonstrations_logins_are_fixed_at_the_console_too(typed: Any, words: tuple[str, ...]) -> None:
    assert "演示" in typed("login", *words, exit_code=5)
    assert "权限" in typed("login", *words, who="head", exit_code=4)
