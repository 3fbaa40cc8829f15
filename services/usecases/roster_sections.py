"""Sections of a bureau supply parts of its roster: handed in, then merged or returned by the registry keeper.

Who may hand in for a section is entered with the bureau's other duties, with dates and the document.
Basis: 西环〔2024〕3号 一（三） names sections as suppliers; the steps are our own.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from policies.roster.merge_errors import SectionsDisagree
from policies.rulebook.roster_parts import Section
from policies.terms import Site
from services.ruling.roster_form import roster_form
from services.usecases.import_roster import Imported, Source, check_part, import_sites
from services.usecases.merge_parts import disagreeing
from services.usecases.section_errors import NoSuchSection, NotTheSupplier, ReasonMissing
from services.work import Work
from tenants import journal
from tenants.errors import WrongState
from tenants.organisation_rows import Duty
from tenants.stores import merges, standing, submissions
from tenants.submission_rows import Submission

DUTY = "名录报送"
SHOWN_CODES = 5
SHOWN = 50  # faults kept with a submission; its counts are always whole


@dataclass(frozen=True, slots=True)
class SectionFace:
    """A section with the people named to hand in for it, and whether the person asking may."""

    section: Section
    people: tuple[str, ...]
    mine: bool


def duty_of(section: Section) -> str:
    """The duty under which a section's suppliers are entered on the organisation page."""
    return f"{DUTY}：{section.name}"


async def section_faces(work: Work) -> tuple[SectionFace, ...]:
    """The sections by the rules of today, with who hands in for them."""
    form, named = await roster_form(work), await _named(work)
    keeper = "registry_keeper" in work.principal.roles
    return tuple(
        SectionFace(
            one,
            tuple(duty.name for duty in named if duty.duty == duty_of(one)),
            keeper or any(d.duty == duty_of(one) and d.person == work.principal.subject for d in named),
        )
        for one in form.sections
    )


async def submit_part(work: Work, section: str, data: bytes, name: str) -> Submission:
    """Hand in a section's list; every row is judged now, nothing of it is in the roster yet.

    Args:
        work: of a person named for the section, or of the registry keeper.
        section: its code.
        data: the file's bytes, xlsx or csv. name: its name.

    Raises:
        NoSuchSection, NotTheSupplier: see there. Problem: the file is unreadable.
        RosterRefused: not a single row passes.
    """
    work.require("roster.submit")
    faces = await section_faces(work)
    face = next((one for one in faces if one.section.code == section), None)
    if face is None:
        raise NoSuchSection(section[:30], known="、".join(f"{one.section.name}" for one in faces) or "无")
    if not face.mine:
        raise NotTheSupplier(work.principal.name, duty=duty_of(face.section))
    check = await check_part(work, data, name, face.section)
    told = check.as_dict()
    row = Submission(
        bureau=work.scope.bureau,
        id=uuid4(),
        section=face.section.code,
        section_name=face.section.name,
        file_name=name,
        sha256=sha256(data).hexdigest(),
        report=told["report"] | {"faults": told["errors"][:SHOWN]},
        at=work.now,
        by=work.principal.subject,
        by_name=work.principal.name,
    )
    await submissions.put(work.db, work.scope, row, data)
    await _note(work, "roster.submit", row, {"sha256": row.sha256, "valid": told["report"]["valid"]})
    return row


async def list_submissions(work: Work) -> tuple[Submission, ...]:
    """All of the bureau for the registry keeper, else one's own; newest first."""
    work.require("roster.submit")
    mine = "" if "registry_keeper" in work.principal.roles else work.principal.subject
    return await submissions.recent(work.db, work.scope, work.scope.bureau, by=mine)


async def merge_part(work: Work, id: UUID) -> Imported[Site]:
    """Import what a section handed in, by the rules of now; the rows keep whose list they are from.

    Raises:
        WrongState: merged or returned already. NoSuchSection: the rules no longer name the section.
        RosterRefused: no row passes by the rules of now. SectionsDisagree: another list that waits says
            something else of the same site; see `merge_parts`.
    """
    work.require("site.import")
    row = await _open(work, id)
    section = next((one for one in (await roster_form(work)).sections if one.code == row.section), None)
    if section is None:
        raise NoSuchSection(row.section_name, known="无")
    if codes := await disagreeing(work, id):
        raise SectionsDisagree(f"{len(codes)}", codes="、".join(codes[:SHOWN_CODES]))
    data = await submissions.content(work.db, work.scope, row.bureau, id)
    done = await import_sites(work, data, row.file_name, source=Source(section, row.id, row.by, row.by_name))
    await submissions.merged(work.db, work.scope, id, done.batch, by=work.principal.subject, at=work.now)
    await _note(work, "site.import", row, {"batch": str(done.batch), "state": "merged"})
    return done


async def return_part(work: Work, id: UUID, why: str) -> Submission:
    """Give a list back to its section with a reason.

    Raises:
        ReasonMissing: without one. WrongState: merged or returned already.
    """
    work.require("site.import")
    row = await _open(work, id)
    if not why.strip():
        raise ReasonMissing
    said = why.strip()[:1000]
    await submissions.returned(work.db, work.scope, id, said, by=work.principal.subject, at=work.now)
    await _note(work, "site.import", row, {"state": "returned"}, said)
    return await submissions.get(work.db, work.scope, row.bureau, id)


async def source_of(work: Work, bureau: str, code: str) -> Submission | None:
    """The section's list a site's row last came by; the caller asked the matrix."""
    return next(iter(await sources_of(work, bureau, code)), None)


async def sources_of(work: Work, bureau: str, code: str) -> tuple[Submission, ...]:
    """The sections' lists a site's row last came by, several after a merge; the caller asked the matrix."""
    found = await submissions.sources_of(work.db, work.scope, bureau, code)
    if len(found) < 2 or found[0].batch is None:
        return found
    for merge in await merges.of_batch(work.db, work.scope, bureau, found[0].batch):
        named = next((row["parts"] for row in merge.plan["rows"] if row["code"] == code), ())
        return tuple(one for one in found if str(one.id) in named)
    return found


async def _open(work: Work, id: UUID) -> Submission:
    row = await submissions.get(work.db, work.scope, work.scope.bureau, id)
    if row.state != "submitted":
        raise WrongState(row.state, wanted="submitted")
    return row


async def _named(work: Work) -> tuple[Duty, ...]:
    every = await standing.all_of(work.db, work.scope, Duty, work.scope.bureau, on=work.today)
    return tuple(one for one in every if one.duty.startswith(DUTY))


async def _note(work: Work, action: str, row: Submission, after: dict[str, object], why: str = "") -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"roster/submission/{row.id}",
        why=why or row.file_name,
        before={"state": row.state} if action != "roster.submit" else None,
        after={"section": row.section_name, **after},
        at=work.now,
    )
