"""What the worker did last: the jobs of each bureau, and those of the deployment as a whole."""

from typing import Any

from sqlalchemy import Column

from tenants.tables.base import bureau_table, data, moment, number, shared_table, words


def _run() -> tuple[Column[Any], ...]:
    return (
        words("job", key=True),
        words("stamp"),
        moment("tried_at"),
        moment("done_at", null=True),
        number("tries"),
        moment("retry_at", null=True),
        data("progress", null=True),
        data("result", null=True),
        words("error", null=True),
    )


job_run = bureau_table("job_run", *_run())

deployment_job = shared_table("deployment_job", *_run())
