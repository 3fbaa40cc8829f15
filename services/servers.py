"""The servers of a deployment: started or found, their databases brought to this program's schema."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import ClassVar
from urllib.parse import urlsplit

from policies.errors import Kind, Language, Problem, Wording
from services.embedded import ensure_postgres, ensure_valkey
from services.home import Home
from services.logs import fault, say
from services.settings import Settings
from tenants.entering import SHARED
from tenants.migrate import schema_version, set_up
from tenants.urls import ROLE_NAMES, DatabaseUrls, RoleName, RolePasswords, own_password

DATABASE = "shuangsui"
START_SECONDS = 60.0  # an own database that takes longer to migrate is left to `shuangsui migrate`


class MigrationFailed(Problem):
    """A step of the schema did not go through; the database stands where it stood."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("数据库 {name} 升级失败，已回到升级前的状态", "升级步骤全部完成",
                      "请查看程序日志，核对该数据库是否被手工改动；其他数据库不受影响。"),
        "en": Wording("The database {name} could not be migrated; it stands as before", "all steps done",
                      "See the program's log; was the database changed by hand? Others are not affected."),
    }  # fmt: skip


Told = Callable[["Migrated"], None]
Step = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the data lives: URLs of the databases per role, and of Redis. Never shown, never logged.

    Attributes:
        database: the shared one, which is the control database.
        redis_url: Redis or Valkey.
        own: name → URLs of the databases bureaus may live in; whether they answer or not.
    """

    database: DatabaseUrls = field(repr=False)
    redis_url: str = field(repr=False)
    own: Mapping[str, DatabaseUrls] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Migrated:
    """A database brought to the schema, or not.

    Attributes:
        database: its name on the server.
        before: the step it stood at; None when it had no tables, or nobody could ask.
        after: the step it stands at; "" when that failed.
        name: its name in the deployment.
        problem: why it failed.
    """

    database: str
    before: str | None
    after: str
    name: str = SHARED
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Target:
    """A database to set up: its name in the deployment, a URL that may, its name on the server."""

    name: str
    dsn: str = field(repr=False)
    database: str


async def start_servers(settings: Settings) -> Servers:
    """Start or find the servers, bring the databases to this program's schema.

    A bureau's own database that fails keeps nobody else from starting; its bureaus are told.

    Raises:
        EmbeddedProblem: an embedded server cannot be started.
        MissingRole, WrongDatabase: the operator's shared database is not prepared for us.
        NoConnection: it cannot be reached, or refuses (NoDatabase, PasswordRefused).
    """
    home = settings.home.make()
    shared, *others = await _targets(settings)
    redis_url = settings.redis_url or (await asyncio.to_thread(ensure_valkey, home)).url
    urls = await _set_up(settings, shared)
    turn = asyncio.Lock()
    await asyncio.gather(*(_tried(settings, one, turn) for one in others))
    return Servers(urls, redis_url, {one.name: urls_of(settings, one) for one in others})


async def migrate_databases(
    settings: Settings, *, told: Told | None = None, step: Step | None = None
) -> tuple[Migrated, ...]:
    """Bring every database to this program's schema, one after the other; again, it changes nothing.

    A database that fails does not stop the others: its result says why.

    Args:
        settings: names the databases.
        told: gets each result as soon as there is one.
        step: gets (name of the database, step of the schema) as each step is done in its transaction.

    Raises:
        EmbeddedProblem: the embedded server cannot be started.
    """
    settings.home.make()
    done = []
    for target in await _targets(settings):
        done.append(await _migrated(settings, target, step))
        if told is not None:
            told(done[-1])
    return tuple(done)


async def migrate_database(settings: Settings) -> Migrated:
    """The shared database alone, as `migrate_databases`; a failure is raised."""
    settings.home.make()
    done = await _migrated(settings, (await _targets(settings))[0], None)
    if done.problem is not None:
        raise done.problem
    return done


def role_passwords(
    home: Home, given: Mapping[RoleName, str] = MappingProxyType({}), dsn: str | None = None
) -> RolePasswords:
    """Passwords of the four database roles: given, told by `dsn`, else made once under `keys/`."""
    told = {**(own_password(dsn) if dsn else {}), **given}
    names = (name for name in ROLE_NAMES if name not in told)
    return RolePasswords(**told, **{name: home.secret(f"database-{name}") for name in names})


def deployment_of(settings: Settings) -> str:
    """Name of the deployment: the identity row of its shared database."""
    return "shuangsui-demo" if settings.demo else "shuangsui"


def urls_of(settings: Settings, target: _Target) -> DatabaseUrls:
    """URLs per role; own databases carry the deployment's name and their own in the identity row."""
    deployment = deployment_of(settings)
    identity = deployment if target.name == SHARED else f"{deployment}/{target.name}"
    passwords = role_passwords(settings.home, settings.database_passwords, target.dsn)
    return DatabaseUrls.beside(target.dsn, target.database, passwords, identity)


async def _targets(settings: Settings) -> list[_Target]:
    """The shared database first; starts the embedded server where no other is named."""
    if settings.database_url is None:
        dsn = (await asyncio.to_thread(ensure_postgres, settings.home)).superuser_dsn
        shared = _Target(SHARED, dsn, DATABASE)
    else:
        dsn = settings.database_url
        shared = _Target(SHARED, dsn, _name_in(dsn))
    beside = [_Target(name, dsn, f"{DATABASE}_{name}") for name in settings.own_database_names]
    apart = [_Target(name, url, _name_in(url)) for name, url in sorted(settings.own_database_urls.items())]
    return [shared, *beside, *apart]


def _name_in(url: str) -> str:
    return urlsplit(url).path.strip("/") or DATABASE


async def _set_up(settings: Settings, target: _Target, step: Step | None = None) -> DatabaseUrls:
    urls = urls_of(settings, target)
    passwords = role_passwords(settings.home, settings.database_passwords, target.dsn)

    def noted(revision: str) -> None:
        if step is not None:
            step(target.name, revision)

    await set_up(target.dsn, target.database, passwords, identity=urls.identity, step=noted)
    return urls


async def _tried(settings: Settings, target: _Target, turn: asyncio.Lock) -> None:
    """Set up an own database if that goes at once; connecting to it will tell why not.

    Only one migrates at a time; those that do not answer are found out beside each other.
    """
    try:
        async with asyncio.timeout(START_SECONDS):
            async with asyncio.timeout(2 * settings.database_limits.connect):
                await schema_version(target.dsn, target.database)
            async with turn:
                await _set_up(settings, target)
    except Exception as error:
        problem = error.code if isinstance(error, Problem) else type(error).__name__
        say("database.unready", level="error", database=target.name, problem=problem)


async def _migrated(settings: Settings, target: _Target, step: Step | None) -> Migrated:
    found = Migrated(target.database, None, "", target.name)
    try:
        found = replace(found, before=await schema_version(target.dsn, target.database))
        await _set_up(settings, target, step)
        return replace(found, after=await schema_version(target.dsn, target.database) or "")
    except Problem as problem:
        return replace(found, problem=problem)
    except Exception as error:
        fault("database.migrate", error, database=target.name)
        return replace(found, problem=MigrationFailed(type(error).__name__, name=target.name))


def _line(error: Exception) -> str:
    return error.line("en") if isinstance(error, Problem) else type(error).__name__
