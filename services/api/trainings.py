"""The training log of officers."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, KeyInPath, Out, Year, show
from services.usecases.log_training import MOST, log_training, withdraw_training
from services.views.trainings import training_year
from services.web.depends import InWork
from tenants.officer_rows import Training

Topic = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
Short = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
Card = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]


class TrainingOrder(Body):
    """One training of some officers; `document`: number or name of the paper it ended with."""

    certificates: Annotated[tuple[Card, ...], Meta(min_length=1, max_length=MOST)]
    day: date
    topic: Topic
    minutes: Annotated[int, Meta(ge=1, le=30000)]
    organiser: Short = ""
    document: Short = ""


class TrainingWithdrawal(Body):
    """Why the row was a mistake."""

    why: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]


class TrainingOut(Out):
    """A row of the log; withdrawn ones stay."""

    id: UUID
    certificate: str
    day: date
    topic: str
    organiser: str
    minutes: int
    document: str
    at: datetime
    withdrawn_at: datetime | None


@reads("/bureaus/{bureau:str}/trainings/{year:int}", action="officer.read")
async def list_trainings(work: InWork, bureau: Bureau, year: Year) -> list[TrainingOut]:
    """The log of a year, latest first."""
    return [_out(row) for row in (await training_year(work, bureau, year)).rows]


@acts("/bureaus/{bureau:str}/trainings", action="officer.keep")
async def add_training(
    once: InOnce, bureau: Bureau, data: JSONBody[TrainingOrder]
) -> Response[list[TrainingOut]]:
    """Log a training, one row for each officer."""
    words = {"organiser": data.organiser, "document": data.document}
    return await once.run(
        lambda work: log_training(work, data.certificates, data.day, data.topic, data.minutes, **words),
        lambda rows: [_out(row) for row in rows],
    )


@acts("/bureaus/{bureau:str}/trainings/{training:uuid}/withdrawal", action="officer.keep")
async def drop_training(
    once: InOnce, bureau: Bureau, training: KeyInPath, data: JSONBody[TrainingWithdrawal]
) -> Response[TrainingOut]:
    """Withdraw a row."""
    return await once.run(lambda work: withdraw_training(work, training, data.why), _out)


def _out(row: Training) -> TrainingOut:
    return show(row, TrainingOut)


routes = [list_trainings, add_training, drop_training]
