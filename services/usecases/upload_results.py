"""Accepted results to the system of record, by file, within 7 working days. Basis: obligation 24.

The bytes are kept with the upload: a file handed over must come back the same in years, whatever profile,
rule or library has changed since.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from policies.planning.deadlines import working_days_left
from services.connectors import FileConnector, OutFile, Profile, profile_for, profiles
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import local
from services.usecases.exchange_files import begin_delivery, fitted_profile
from services.visiting.uploads import result_lines
from services.visiting.visit_errors import FileChanged, NothingDue
from services.work import Work
from tenants import journal
from tenants.locks import hold
from tenants.records import Upload, Visit
from tenants.stores import bureaus, draws, uploads, visits

SIMULATED = "模拟数据（simulated），仅供演示。"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file made for hand-over. `late` = records whose last day had passed."""

    upload: Upload
    file: OutFile
    target: str
    late: int

    def as_dict(self) -> dict[str, Any]:
        """JSON form without the bytes."""
        u = self.upload
        return {
            "upload_id": str(u.id),
            "period": u.period,
            "profile": u.profile,
            "target": self.target,
            "file": u.file_name,
            "sha256": u.sha256,
            "count": u.count,
            "late": self.late,
        }


@dataclass(frozen=True, slots=True)
class Due:
    """A record waiting for upload; `left` = working days left, negative when late."""

    visit: Visit
    due: date
    left: int


async def due_uploads(work: Work) -> tuple[Due, ...]:
    """Accepted records not handed over yet, most urgent first."""
    work.require("upload.make")
    found = await visits.due_uploads(work.db, work.scope, work.scope.bureau)
    calendar = await calendar_for(work)
    return tuple(
        Due(visit, visit.upload_due, working_days_left(work.today, visit.upload_due, calendar))
        for visit in found
        if visit.upload_due is not None
    )


async def make_upload(work: Work, period: str, *, profile: str | None = None) -> Uploaded:
    """Make the file of all accepted records of a quarter that are not in one yet.

    Raises:
        NothingDue: there is none. BadProfile: no profile fits. ResultWithoutCode: the codes are incomplete.
    """
    work.require("upload.make")
    bureau = work.scope.bureau
    await hold(work.db, "upload", bureau)  # before reading: two files must not hold the same record
    every = await visits.of_period(work.db, work.scope, bureau, period)
    wanted = [v for v in every if v.state == "accepted" and v.uploaded_at is None]
    if not wanted:
        raise NothingDue(period, need="审核通过且未上传的检查记录")
    chosen = await _profile(work, profile)
    number = 1 + await uploads.count(work.db, work.scope, bureau, period)
    name = f"{bureau}-{period}-结果-{number:02d}"
    file = await _file(work, await fitted_profile(work, chosen), name, wanted)
    upload = Upload(
        bureau,
        uuid4(),
        period,
        chosen.id,
        file.name,
        file.sha256,
        len(wanted),
        work.now,
        work.principal.subject,
    )
    await uploads.keep(work.db, work.scope, upload, [v.id for v in wanted], file.data)
    await begin_delivery(work, upload)
    late = sum(v.upload_due is not None and v.upload_due < work.today for v in wanted)
    await _note(work, upload.id, {"sha256": file.sha256, "count": len(wanted), "late": late}, {"uploaded": 0})
    return Uploaded(upload, file, chosen.target, late)


async def upload_file(work: Work, upload_id: UUID) -> OutFile:
    """A file made before, byte for byte, for one more hand; the journal says whose.

    The platform takes its own layout and nothing beside it, and the receipt belongs to these very bytes: so
    these copies bear no mark and no order of their own, and are traced by who took them.

    Raises:
        Missing: no such file. FileChanged: it is not the one that was made.
    """
    work.require("upload.make")
    upload = await _upload(work, upload_id)
    data = await uploads.file_of(work.db, work.scope, upload.bureau, upload_id)
    file = OutFile(upload.file_name, data)
    if file.sha256 != upload.sha256:
        raise FileChanged(file.sha256, expected_hash=upload.sha256)
    await _note(work, upload_id, {"taken": file.sha256}, None)
    return file


async def keep_receipt(work: Work, upload_id: UUID, receipt: str) -> Upload:
    """Note the batch number the system answered with, once. Raises WrongState, BadProfile, Missing."""
    work.require("upload.make")
    upload = await _upload(work, upload_id)
    profile = await fitted_profile(work, profiles()[upload.profile])
    number = FileConnector(profile).receipt(receipt)
    await uploads.receive(work.db, work.scope, upload_id, number, work.now)
    await _note(work, upload_id, {"receipt": number}, {"receipt": upload.receipt})
    return await _upload(work, upload_id)


async def _profile(work: Work, id: str | None) -> Profile:
    bureau = work.scope.bureau
    entry = await bureaus.get(work.control, bureau)
    target = (await rules_for(work, bureau)).get("upload.target")
    return profile_for(str(target.value) if target else None, entry.path, id)


async def _file(work: Work, profile: Profile, name: str, held: list[Visit]) -> OutFile:
    bureau = work.scope.bureau
    names = {entry.code: entry.name for entry in await bureaus.all_(work.control)}
    manifests: dict[int, str] = {}
    for draw_no in {v.draw_no for v in held if v.draw_no is not None}:
        manifests[draw_no] = (await draws.get(work.db, work.scope, bureau, draw_no)).m or ""
    # the rules of the last visit's day: the codes of its time, however late the file is made
    day = max(v.ended_at for v in held).date()
    rules = await rules_for(work, bureau, on=day)
    notes = [f"{names[bureau]} {local(max(v.ended_at for v in held))[:10]} {profile.target}"]
    simulated = [SIMULATED] if any(v.form["simulated"] for v in held) else []
    return FileConnector(profile).results(
        name, result_lines(held, rules, names, manifests), [*notes, *simulated]
    )


async def _upload(work: Work, upload_id: UUID) -> Upload:
    return await uploads.get(work.db, work.scope, work.scope.bureau, upload_id)


async def _note(work: Work, upload_id: UUID, after: dict[str, Any], before: dict[str, Any] | None) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="upload.make",
        target=f"upload/{work.scope.bureau}/{upload_id}",
        before=before,
        after=after,
        at=work.now,
    )
