"""Visit records for the desk."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from policies.planning.deadlines import Calendar, working_days_left
from services.usecases.review_visit import VisitFile
from services.visiting.records import group_words, item_words
from tenants.records import Finding, Visit


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A record in a table; `left` = working days left to publication, None once that is settled."""

    visit: Visit
    site_name: str
    stratum: str
    joint: bool
    left: int | None


@dataclass(frozen=True, slots=True)
class VisitFace:
    """A record whole.

    Attributes:
        groups: name of each group with its (question, answer, words), as asked at the time.
        questions: item id → question.
        record: the sealed JSON record.
    """

    row: VisitRow
    record: Mapping[str, Any]
    groups: Mapping[str, tuple[tuple[str, str, str], ...]]
    questions: Mapping[str, str]
    findings: tuple[Finding, ...]


def visit_rows(visits: Iterable[Visit], today: date, calendar: Calendar) -> tuple[VisitRow, ...]:
    """Rows in the order given."""
    return tuple(visit_row(visit, today, calendar) for visit in visits)


def visit_row(visit: Visit, today: date, calendar: Calendar) -> VisitRow:
    """One row."""
    record = visit.form
    open_ = visit.state == "recorded" and visit.publish_due is not None
    return VisitRow(
        visit=visit,
        site_name=str(record.get("site", {}).get("name", visit.site_code)),
        stratum=str(record.get("stratum", "")),
        joint=len(record.get("places", ())) > 1,
        left=working_days_left(today, visit.publish_due, calendar) if open_ and visit.publish_due else None,
    )


def visit_face(file: VisitFile, today: date, calendar: Calendar) -> VisitFace:
    """One record with its answers by item."""
    record = file.visit.form
    groups: dict[str, tuple[tuple[str, str, str], ...]] = {}
    questions: dict[str, str] = {}
    for one in record.get("answers", ()):
        question = questions[one["item"]] = item_words(record, one["item"])
        name = group_words(one)
        groups[name] = (*groups.get(name, ()), (question, one["answer"], one.get("words", "")))
    return VisitFace(visit_row(file.visit, today, calendar), record, groups, questions, file.findings)


@dataclass(frozen=True, slots=True)
class FileFace:
    """A photo or signature of a record; `said`: what the record says of it, empty of older records.

    Attributes:
        kept: its bytes can be shown here.
    """

    sha256: str
    said: Mapping[str, Any]
    kept: bool

    @property
    def kind(self) -> str:
        """photo, signature, or "" when the record does not say."""
        return str(self.said.get("kind", ""))

    @property
    def taken_at(self) -> datetime | None:
        """When it was taken or signed, by the device's clock."""
        said = self.said.get("taken_at")
        return datetime.fromisoformat(said) if said else None


def file_faces(file: VisitFile, kept: Collection[str]) -> tuple[FileFace, ...]:
    """The files of a record in its own order; none where the reader is not shown the record."""
    if "record" not in file.seen:
        return ()
    record = file.visit.form
    said = {one["sha256"]: one for one in record.get("files", ())}
    return tuple(FileFace(one, said.get(one, {}), one in kept) for one in record.get("attachments", ()))
