"""Rosters in: bytes and a name, every row judged, all valid rows kept or nothing. Basis: obligations 5–12.

A second import of the same file changes nothing and leaves no trace beside the first one's.
"""

import asyncio
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID, uuid4

from policies.roster import RosterCheck, RosterDiff
from policies.rulebook.roster_parts import Section
from policies.terms import Officer, Period, Site
from services.sheets import read_table, write_refused
from services.usecases.import_judge import (
    Judging,
    Step,
    compared,
    judged,
    officer_judging,
    silent,
    site_judging,
)
from services.visiting.visit_errors import RosterRefused
from services.work import Work
from tenants import journal
from tenants.rows import Counts
from tenants.stores import imports

T = TypeVar("T", Site, Officer)


@dataclass(frozen=True, slots=True)
class Source:
    """Whose list an import is: the section, and who handed it in under which number."""

    section: Section
    submission: UUID
    by: str
    by_name: str

    def as_dict(self) -> dict[str, str]:
        """What the import's report keeps."""
        return {
            "section": self.section.code,
            "section_name": self.section.name,
            "submission": str(self.submission),
            "by": self.by,
            "by_name": self.by_name,
        }


Kind = Literal["sites", "officers"]
_SHOWN = 200  # codes named in a report; the counts are always whole
_PART = 5000  # rows written between two words about progress
_FAULTS = 1000  # faults named in a kept report


@dataclass(frozen=True, slots=True)
class Imported(Generic[T]):
    """What an import did.

    Attributes:
        batch: id of the kept batch; of the earlier one when `repeated`.
        counts: rows added, changed, left as they were.
        report: JSON form of the check, the counts, and what the file does not name.
        repeated: the same file came before and nothing had to change.
    """

    kind: Kind
    batch: UUID
    counts: Counts
    report: dict[str, Any]
    repeated: bool
    check: RosterCheck[T] = field(repr=False)

    def refused_file(self) -> bytes:
        """An xlsx of exactly the refused rows with their reasons; correct it and import it again."""
        return write_refused(self.check)

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        counts = {
            "added": self.counts.added,
            "changed": self.counts.changed,
            "unchanged": self.counts.unchanged,
        }
        return {
            "kind": self.kind,
            "batch": str(self.batch),
            "repeated": self.repeated,
            **counts,
            **self.report,
        }


async def import_sites(
    work: Work,
    data: bytes,
    name: str,
    *,
    strict: bool = False,
    key_list: frozenset[str] | None = None,
    source: Source | None = None,
) -> Imported[Site]:
    """Import a site roster into the bureau acted for, in one step: checked, and every valid row taken.

    Args:
        work: of the registry keeper.
        data: the file's bytes, xlsx or csv.
        name: its name, shown in messages; the extension must fit the content.
        strict: keep nothing when a single row is refused.
        key_list: site or credit codes of a yearly key list handed in; None = the published one in force.
        source: the section that supplied the file; rows outside its part are refused, and it is kept.

    Raises:
        Problem: the file is unreadable (see `read_table`). RosterRefused: nothing was kept.
    """
    work.require("site.import")
    how = await site_judging(work, key_list, source.section if source else None)
    check = await _checked(how, data, name, strict)
    said = {"source": source.as_dict()} if source else {}
    file = GivenFile("sites", data, name, source.section.name if source else "")
    return await keep(work, how, file, check, said)


async def check_part(work: Work, data: bytes, name: str, section: Section) -> RosterCheck[Site]:
    """Judge the rows of a section's file as an import would; nothing is kept.

    Raises:
        Problem: the file is unreadable. RosterRefused: not a single row passes.
    """
    return await _checked(await site_judging(work, None, section), data, name, strict=False)


async def import_officers(
    work: Work, data: bytes, name: str, *, strict: bool = False, period: Period | None = None
) -> Imported[Officer]:
    """Import an officer roster in one step; arguments as for `import_sites`.

    Args:
        period: the quarter drawn for next: certificates that end within it are warned about.
    """
    work.require("officer.import")
    how = await officer_judging(work, period)
    check = await _checked(how, data, name, strict)
    return await keep(work, how, GivenFile("officers", data, name), check)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was handed in; `section` is the name of the one that supplied it."""

    kind: Kind
    data: bytes = field(repr=False)
    name: str
    section: str = ""

    @property
    def sha256(self) -> str:
        """Of its bytes, hex."""
        return sha256(self.data).hexdigest()


async def _checked(how: Judging[T], data: bytes, name: str, strict: bool) -> RosterCheck[T]:
    """Reading and checking off the event loop: a province's file takes seconds."""
    check = await judged(how, await asyncio.to_thread(read_table, data, name, how.layout))
    if check.refused and (strict or not check.valid):
        first = check.refused[0].errors[0].line() if check.refused[0].errors else "—"
        need = "每一行都合格（严格导入）" if strict else "至少一行合格"
        raise RosterRefused(f"{len(check.refused)} 行有问题", check=check, need=need, first=first)
    return check


async def keep(
    work: Work,
    how: Judging[T],
    file: GivenFile,
    check: RosterCheck[T],
    said: dict[str, Any] | None = None,
    found: RosterDiff[T] | None = None,
    step: Step = silent,
) -> Imported[T]:
    """Keep the accepted rows, the file's report and the journal's entry, all in this transaction.

    Args:
        said: what the report names beside the rows. found: what it changes, when the caller compared
            already, holding the roster; None = compared here. step: told how many rows are written.
    """
    diff = found or (await compared(how, check))[0]
    report = {**_report(check), "file": file.name, "sha256": file.sha256, "missing": missing(diff)}
    report |= how.said | (said or {})
    before = await imports.find_same(work.db, work.scope, file.sha256, file.kind)
    if before is not None and diff.empty:
        counts = Counts(0, 0, len(diff.unchanged))
        return Imported(file.kind, before.id, counts, report, True, check)
    batch, at, by = uuid4(), work.now, work.principal.subject
    await imports.keep(
        work.db,
        work.scope,
        kind=file.kind,
        file_name=file.name,
        sha256=file.sha256,
        at=at,
        by=by,
        report=report,
        id=batch,
    )
    reason = f"{file.section}报送 {file.name}" if file.section else f"导入 {file.name}"
    counts, values = Counts(0, 0, 0), check.values
    for start in range(0, len(values), _PART):
        await step("store", start, len(values))
        part = values[start : start + _PART]
        done = await how.upsert(work.db, work.scope, part, batch=batch, at=at, by=by, reason=reason)
        counts = Counts(
            counts.added + done.added, counts.changed + done.changed, counts.unchanged + done.unchanged
        )
    await _note(work, file, batch, counts, check)
    return Imported(file.kind, batch, counts, report, False, check)


def _report(check: RosterCheck[Any]) -> dict[str, Any]:
    """What stays of a check; its counts are whole, of faults the first ones are named."""
    cut = replace(check, errors=check.errors[:_FAULTS], warnings=check.warnings[:_FAULTS])
    return cut.as_dict()


def missing(diff: RosterDiff[Any]) -> dict[str, Any]:
    """Kept rows the file does not name: told, never removed."""
    codes = [getattr(value, "code", None) or value.certificate for value in diff.missing]
    return {"count": len(codes), "codes": codes[:_SHOWN]}


async def _note(work: Work, file: GivenFile, batch: UUID, counts: Counts, check: RosterCheck[Any]) -> None:
    after = {"sha256": file.sha256, "added": counts.added, "changed": counts.changed}
    after |= {"unchanged": counts.unchanged, "refused": len(check.refused)}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="site.import" if file.kind == "sites" else "officer.import",
        target=f"roster/{file.kind}/{batch}",
        why=file.name,
        after=after,
        at=work.now,
    )
