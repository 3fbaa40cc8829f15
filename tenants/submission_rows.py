"""Rows of what sections hand in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

SubmissionState = Literal["submitted", "merged", "returned"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A list a section handed in, without the file's bytes.

    Attributes:
        section, section_name: code and name by the rules of the day it was handed in.
        report: counts of the check {rows, valid, errors, duplicates, warnings, …} and its first faults.
        by, by_name: who handed it in.
        why: reason of a return. batch: the import it was merged by.
    """

    bureau: str
    id: UUID
    section: str
    section_name: str
    file_name: str
    sha256: str
    report: dict[str, Any] = field(repr=False)
    at: datetime
    by: str
    by_name: str
    state: SubmissionState = "submitted"
    decided_at: datetime | None = None
    decided_by: str | None = None
    why: str = ""
    batch: UUID | None = None
