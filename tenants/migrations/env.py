"""Alembic's entry: runs on the connection that `tenants.migrate` hands over, in its transaction."""

from typing import Any

from alembic import context

_given = context.config.attributes


def _told(_context: Any = None, step: Any = None, *_: Any, **__: Any) -> None:
    """Say which step is done."""
    if _given.get("step") is not None:
        _given["step"](step.up_revision_id)


context.configure(connection=_given["connection"], on_version_apply=_told)
context.run_migrations()
