"""Writing the deployment's own rows inside a person's transaction: bureau tree, keys, holiday notices."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from services.work import Work
from tenants.scope import Scope
from tenants.session import enter


@asynccontextmanager
async def as_deployment(work: Work) -> AsyncIterator[Scope]:
    """Let the running transaction write the deployment's rows in its control database, and back.

    Only use cases call it, after their own check of the matrix. An error passes through: the whole
    transaction is lost then, so there is no scope to restore.
    """
    scope = replace(work.scope, subject=work.principal.subject, system=True)
    await enter(work.control, scope)
    yield scope
    await enter(work.control, work.scope)
