"""Notices for lists and pages. The body was cut to its allow-list before it was kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.usecases.publish_notice import Draft
from tenants.records import Notice, PublicNotice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in a list; `about` is the bureau whose sites it concerns.

    Attributes:
        result: result code of an inspection's notice, "" for others.
    """

    id: UUID
    bureau: str
    bureau_name: str
    about: str
    kind: str
    title: str
    result: str
    due_on: date | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_why: str


@dataclass(frozen=True, slots=True)
class NoticeFace:
    """A notice with its body."""

    row: NoticeRow
    body: Mapping[str, Any]


def notice_rows(notices: Iterable[PublicNotice | Notice], names: Mapping[str, str]) -> tuple[NoticeRow, ...]:
    """Rows in the order given; `names` = bureau code → name."""
    return tuple(notice_row(one, names) for one in notices)


def newest_first(notice: PublicNotice) -> tuple[float, int]:
    """The order notices are listed in, and continued in by a cursor."""
    return -notice.published_at.timestamp(), -notice.id.int


def notice_row(notice: PublicNotice | Notice, names: Mapping[str, str]) -> NoticeRow:
    """One row."""
    return NoticeRow(
        id=notice.id,
        bureau=notice.bureau,
        bureau_name=names.get(notice.bureau, notice.bureau),
        about=names.get(notice.subject, notice.subject),
        kind=notice.kind,
        title=notice.title,
        result=str(notice.body.get("result", "")) if notice.kind == "result" else "",
        due_on=notice.due_on,
        published_at=notice.published_at,
        withdrawn_at=notice.withdrawn_at,
        withdrawn_why=notice.withdrawn_why or "",
    )


def draft_face(draft: Draft, bureau: str, names: Mapping[str, str]) -> NoticeFace:
    """A notice that is not published yet, as its page will show it."""
    row = NoticeRow(
        id=draft.id,
        bureau=bureau,
        bureau_name=names.get(bureau, bureau),
        about=names.get(draft.about, draft.about),
        kind=draft.kind,
        title=draft.title,
        result=str(draft.body.get("result", "")) if draft.kind == "result" else "",
        due_on=draft.due_on,
        published_at=None,
        withdrawn_at=None,
        withdrawn_why="",
    )
    return NoticeFace(row, draft.body)


def notice_face(notice: PublicNotice | Notice, names: Mapping[str, str]) -> NoticeFace:
    """One notice whole. The body of a withdrawn one is not shown again."""
    return NoticeFace(notice_row(notice, names), {} if notice.withdrawn_at else notice.body)
