"""Public results for other systems, the credit record first, by file. Basis: 西环〔2024〕3号 三（三）.

A result is told once it is public; told again when a correction, a case or an amendment changed its words;
and taken back when its notice was withdrawn. What is handed over is therefore always what is public.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from services.connectors import FileConnector, OutFile, Profile, telling
from services.ruling.ruleset import rules_for
from services.usecases.exchange_files import begin_delivery, fitted_profile
from services.usecases.publish_notice import last_of, latest, names_of
from services.usecases.upload_results import SIMULATED, Uploaded
from services.visiting.telling import CHANGES, TellingLine, identity_of, mark_of, words_of
from services.visiting.visit_errors import BadProfile, NothingDue
from services.work import Work
from tenants import journal
from tenants.locks import hold
from tenants.records import Notice, Upload, Visit
from tenants.stores import notices, told_lines, uploads, visits
from tenants.stores.told_lines import Said

_EVERY = 100_000


async def due_lines(work: Work, period: str, profile_id: str) -> tuple[TellingLine, ...]:
    """Results of a quarter about which a system has yet to be told something, in time order.

    Raises:
        BadProfile: no such system is told public results.
    """
    work.require("upload.make")
    bureau, profile = work.scope.bureau, await _profile(work, profile_id)
    found = await visits.of_period(work.db, work.scope, bureau, period)
    kept = await notices.listing(work.db, work.scope, bureau, kind="result", limit=_EVERY)
    by_id = {notice.id: notice for notice in kept if notice.published_at is not None}
    ids = [visit.id for visit in found]
    told = await told_lines.said(work.db, work.scope, bureau, profile.id, ids)
    public = [(visit, latest(visit.id, by_id)) for visit in found]
    lines = await _lines(work, profile, [(v, notice) for v, notice in public if notice is not None], told)
    names = await names_of(work)
    back = [
        _taken_back(visit, last_of(visit.id, by_id), told[visit.id], names)
        for visit, notice in public
        if notice is None and visit.id in told and told[visit.id].mark
    ]
    order = {id: n for n, id in enumerate(ids)}
    return tuple(sorted((*lines, *back), key=lambda one: order[one.visit_id]))


async def make_telling(work: Work, period: str, profile_id: str) -> Uploaded:
    """Make the file of what is due of a quarter for a system.

    Raises:
        BadProfile: no such system is told public results. NothingDue: there is nothing to tell.
        Conflict: another file told one of the results meanwhile.
    """
    work.require("upload.make")
    bureau = work.scope.bureau
    await hold(work.db, "upload", bureau)
    profile, due = await _profile(work, profile_id), await due_lines(work, period, profile_id)
    if not due:
        need = {"zh": "已公示且未报送、或有变更的抽查结果", "en": "public results not told or changed"}
        raise NothingDue(period, need=need)
    number = 1 + await uploads.count(work.db, work.scope, bureau, period)
    file = await _file(work, profile, f"{bureau}-{period}-{profile.id}-{number:02d}", due)
    upload = Upload(
        bureau,
        uuid4(),
        period,
        profile.id,
        file.name,
        file.sha256,
        len(due),
        work.now,
        work.principal.subject,
    )
    await uploads.put(work.db, work.scope, upload, file.data)
    said = [Said(one.visit_id, one.n, one.mark) for one in due]
    await told_lines.keep(work.db, work.scope, upload.id, profile.id, said)
    await begin_delivery(work, upload)
    await _note(work, upload, due)
    return Uploaded(upload, file, profile.target, 0)


async def _profile(work: Work, id: str) -> Profile:
    known = telling("public")
    if id not in known:
        raise BadProfile(id[:40], need=f"其中之一：{'、'.join(known)}")
    return await fitted_profile(work, known[id])


async def _lines(
    work: Work, profile: Profile, public: Sequence[tuple[Visit, Notice]], told: Mapping[UUID, Said]
) -> list[TellingLine]:
    bureau, names = work.scope.bureau, await names_of(work)
    findings = await told_lines.findings(work.db, work.scope, bureau, [visit.id for visit, _ in public])
    made, rules = [], await rules_for(work, bureau)
    shown = sorted({column.field for column in profile.columns} - {"n", "change"})
    for visit, notice in public:
        words = words_of(visit, notice, findings.get(visit.id, ()), rules, names)
        mark, before = mark_of(words, shown), told.get(visit.id)
        if before is None or before.mark != mark:
            n = before.n + 1 if before else 1
            made.append(TellingLine(visit, "changed" if before and before.mark else "new", words, mark, n))
    return made


def _taken_back(visit: Visit, notice: UUID, before: Said, names: Mapping[str, str]) -> TellingLine:
    return TellingLine(visit, "withdrawn", identity_of(visit, notice, names), "", before.n + 1)


async def _file(work: Work, profile: Profile, name: str, due: Sequence[TellingLine]) -> OutFile:
    lines = [{"n": n, "change": CHANGES[one.change], **one.line} for n, one in enumerate(due, 1)]
    notes = [f"{(await names_of(work))[work.scope.bureau]} {work.today} {profile.target}"]
    simulated = [SIMULATED] if any(one.visit.form["simulated"] for one in due) else []
    return FileConnector(profile).results(name, lines, [*notes, *simulated])


async def _note(work: Work, upload: Upload, due: Sequence[TellingLine]) -> None:
    counts: dict[str, Any] = {kind: sum(one.change == kind for one in due) for kind in CHANGES}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="upload.make",
        target=f"upload/{upload.bureau}/{upload.id}",
        before={"told": 0},
        after={"sha256": upload.sha256, "profile": upload.profile, **counts},
        at=work.now,
    )
