"""One embedded server a session, one migrated template, one clone a test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

import pytest
from sqlalchemy import text

from services.embedded import PostgresServer
from tenants.migrate import set_up
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import Database
from tenants.urls import DatabaseUrls, RolePasswords

from .story import put_bureaus

PASSWORDS = RolePasswords("migrator-secret", "app-secret", "auditor-secret", "portal-secret")
IDENTITY = "shuangsui-tests"
_numbers = count(1)


@dataclass(frozen=True)
class Template:
    """The migrated template; clone it with `clone`."""

    superuser: str
    name: str

    async def clone(self) -> DatabaseUrls:
        name = f"clone_{next(_numbers)}"
        async with administer(self.superuser) as db:
            await db.exec_driver_sql(f"create database {name} template {self.name} owner shuangsui_migrator")
        return DatabaseUrls.beside(self.superuser, name, PASSWORDS, IDENTITY)

    async def drop(self, urls: DatabaseUrls) -> None:
        name = urls.app.rsplit("/", 1)[1]
        async with administer(self.superuser) as db:
            await db.exec_driver_sql(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def superuser_dsn(pg_server: PostgresServer) -> str:
    return pg_server.superuser_dsn


@pytest.fixture(scope="session")
async def migrated_template(superuser_dsn: str) -> Template:
    urls = await set_up(superuser_dsn, "template_tenants", PASSWORDS, identity=IDENTITY)
    database = await Database.connect(urls.app, expected_identity=IDENTITY)
    async with database.unit(Scope.for_system()) as db:
        await put_bureaus(db)
    await database.close()
    return Template(superuser_dsn, "template_tenants")


@pytest.fixture
async def template_rows(migrated_template: Template):
    """Ask the template as the superuser; for reading the catalogue."""

    async def ask(sql: str, **params):
        async with administer(migrated_template.superuser, migrated_template.name) as db:
            return (await db.execute(text(sql), params)).all()

    return ask


@pytest.fixture
async def urls(migrated_template: Template) -> AsyncIterator[DatabaseUrls]:
    made = await migrated_template.clone()
    yield made
    await migrated_template.drop(made)


@pytest.fixture
async def database(urls: DatabaseUrls) -> AsyncIterator[Database]:
    opened = await Database.connect(urls.app, expected_identity=IDENTITY)
    yield opened
    await opened.close()


@pytest.fixture
async def portal(urls: DatabaseUrls) -> AsyncIterator[Database]:
    opened = await Database.connect(urls.portal, role="portal", expected_identity=IDENTITY)
    yield opened
    await opened.close()


@pytest.fixture
async def owner_rows(urls: DatabaseUrls, superuser_dsn: str):
    """Ask the clone as the superuser, past every policy."""

    async def ask(sql: str, **params):
        async with administer(superuser_dsn, urls.app.rsplit("/", 1)[1]) as db:
            result = await db.execute(text(sql), params)
            return result.all() if result.returns_rows else []

    return ask
