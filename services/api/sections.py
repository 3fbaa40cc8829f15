"""Parts of the roster that sections hand in, and what the registry keeper does with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import JSONBody, MultipartBody

from services.api.contract import acts, reads
from services.api.imports import ImportOut, import_out
from services.api.once import InOnce
from services.api.types import Body, Bureau, KeyInPath, Out, Reason, show
from services.usecases.roster_sections import (
    list_submissions,
    merge_part,
    return_part,
    section_faces,
    submit_part,
)
from services.web.depends import InWork
from tenants.submission_rows import Submission


@dataclass
class PartFile:
    """`section`: its code by the rules. `file`: xlsx or csv in the bureau's template."""

    section: str
    file: UploadFile


class ReturnOrder(Body):
    """Why the list is given back."""

    why: Reason


class SectionOut(Out):
    """A section: `part` in words, who is named to hand in for it, and whether the caller may."""

    code: str
    name: str
    part: str
    people: tuple[str, ...]
    mine: bool


class SubmissionOut(Out):
    """What was handed in; `report` counts its rows and names the first faults."""

    id: UUID
    section: str
    section_name: str
    file_name: str
    sha256: str
    report: dict[str, Any]
    at: datetime
    by: str
    by_name: str
    state: Literal["submitted", "merged", "returned"]
    why: str
    batch: UUID | None


@reads("/bureaus/{bureau:str}/sections", action="roster.submit", read_only=True)
async def list_sections(work: InWork, bureau: Bureau) -> list[SectionOut]:
    """Which section supplies which part of the roster, by the rules of today."""
    work.require("roster.submit", bureau=bureau)
    return [
        SectionOut(
            code=one.section.code,
            name=one.section.name,
            part=one.section.words(),
            people=one.people,
            mine=one.mine,
        )
        for one in await section_faces(work)
    ]


@reads("/bureaus/{bureau:str}/submissions", action="roster.submit", read_only=True)
async def list_roster_submissions(work: InWork, bureau: Bureau) -> list[SubmissionOut]:
    """What was handed in, newest first: all of it for the registry keeper, else one's own."""
    work.require("roster.submit", bureau=bureau)
    return [show(one, SubmissionOut) for one in await list_submissions(work)]


@acts("/bureaus/{bureau:str}/submissions", action="roster.submit")
async def submit_roster_part(
    once: InOnce, bureau: Bureau, data: MultipartBody[PartFile]
) -> Response[SubmissionOut]:
    """Hand in a section's list: every row is judged, nothing is in the roster before it is merged."""
    content, name = await data.file.read(), data.file.filename
    return await once.run(lambda work: submit_part(work, data.section, content, name), _out)


@acts("/bureaus/{bureau:str}/submissions/{submission:uuid}/merge", action="site.import")
async def merge_roster_part(once: InOnce, bureau: Bureau, submission: KeyInPath) -> Response[ImportOut]:
    """Import what a section handed in; its rows keep whose list they are from."""
    return await once.run(lambda work: merge_part(work, submission), import_out)


@acts("/bureaus/{bureau:str}/submissions/{submission:uuid}/return", action="site.import")
async def return_roster_part(
    once: InOnce, bureau: Bureau, submission: KeyInPath, data: JSONBody[ReturnOrder]
) -> Response[SubmissionOut]:
    """Give a list back to its section with a reason."""
    return await once.run(lambda work: return_part(work, submission, data.why), _out)


def _out(row: Submission) -> SubmissionOut:
    return show(row, SubmissionOut)


routes = [
    list_sections,
    list_roster_submissions,
    submit_roster_part,
    merge_roster_part,
    return_roster_part,
]
