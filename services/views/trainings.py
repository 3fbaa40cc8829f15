"""The training log of a year: sums by officer, and every row."""

from dataclasses import dataclass

from policies.terms import Officer
from services.work import Work
from tenants.officer_rows import Training
from tenants.stores import officer_trainings, officers


@dataclass(frozen=True, slots=True)
class TrainedLine:
    """One officer in a year; `minutes` and `times` without withdrawn rows."""

    officer: Officer
    times: int
    minutes: int


@dataclass(frozen=True, slots=True)
class TrainingYear:
    """The log of one year.

    Attributes:
        people: every officer by certificate, also those without a training.
        rows: latest first, withdrawn ones included. names: certificate → name.
    """

    year: int
    people: tuple[TrainedLine, ...]
    rows: tuple[Training, ...]
    names: dict[str, str]

    @property
    def minutes(self) -> int:
        """Of all officers together."""
        return sum(one.minutes for one in self.people)

    @property
    def untrained(self) -> int:
        """Officers without any training in the year."""
        return sum(not one.times for one in self.people)


async def training_year(work: Work, bureau: str, year: int) -> TrainingYear:
    """The log of a visible bureau. Raises Stranger."""
    work.require("officer.read", bureau=bureau)
    db = await work.at(bureau)
    people = await officers.all_of(db, work.scope, bureau)
    rows = await officer_trainings.in_bureau(db, work.scope, bureau, year=year)
    standing = [row for row in rows if row.withdrawn_at is None]
    lines = tuple(
        TrainedLine(
            one,
            sum(row.certificate == one.certificate for row in standing),
            sum(row.minutes for row in standing if row.certificate == one.certificate),
        )
        for one in people
    )
    return TrainingYear(year, lines, rows, {one.certificate: one.name for one in people})
