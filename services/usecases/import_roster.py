"""Rosters in: bytes and a name, every row judged, all valid rows kept or nothing. Basis: obligations 5–12.

A second import of the same file changes nothing and leaves no trace beside the first one's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID, uuid4

from policies.roster import (
    OFFICER_LAYOUT,
    OfficerContext,
    RosterCheck,
    RosterDiff,
    SiteContext,
    check_officers,
    check_sites,
    diff_officers,
    diff_sites,
)
from policies.rulebook.roster_parts import Section
from policies.terms import Officer, Period, Site
from services.geo import division_names, inside, outline
from services.ruling.key_lists import YearList, list_in_force
from services.ruling.roster_form import RosterForm, roster_form
from services.ruling.ruleset import rules_for
from services.sheets import read_table, write_refused
from services.visiting.visit_errors import RosterRefused
from services.work import Work
from tenants import journal
from tenants.rows import Counts
from tenants.stores import bureaus, imports, officers, sites

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
    """Import a site roster into the bureau acted for.

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
    published = await list_in_force(work.app, work.scope.bureau, work.today) if key_list is None else None
    form = await roster_form(work)
    context = await _site_context(work, key_list, published, form)
    context = replace(context, section=source.section if source else None)

    def judge() -> RosterCheck[Site]:
        return check_sites(read_table(data, name, form.layout), context)

    check = await _checked(judge, strict)
    diff = diff_sites(await sites.all_of(work.db, work.scope, work.scope.bureau), check.values)
    said = {"key_list": published.as_dict() if published else None}
    said |= {"source": source.as_dict()} if source else {}
    file = _File("sites", data, name, source.section.name if source else "")
    return await _keep(work, file, check, diff, sites.upsert, said)


async def check_part(work: Work, data: bytes, name: str, section: Section) -> RosterCheck[Site]:
    """Judge the rows of a section's file as an import would; nothing is kept.

    Raises:
        Problem: the file is unreadable. RosterRefused: not a single row passes.
    """
    published = await list_in_force(work.app, work.scope.bureau, work.today)
    form = await roster_form(work)
    context = replace(await _site_context(work, None, published, form), section=section)

    def judge() -> RosterCheck[Site]:
        return check_sites(read_table(data, name, form.layout), context)

    return await _checked(judge, strict=False)


async def import_officers(
    work: Work, data: bytes, name: str, *, strict: bool = False, period: Period | None = None
) -> Imported[Officer]:
    """Import an officer roster; arguments as for `import_sites`.

    Args:
        period: the quarter drawn for next: certificates that end within it are warned about.
    """
    work.require("officer.import")
    known = await _known_sites(work)
    context = OfficerContext(work.today, period.last if period else None, known)

    def judge() -> RosterCheck[Officer]:
        return check_officers(read_table(data, name, OFFICER_LAYOUT), context)

    check = await _checked(judge, strict)
    diff = diff_officers(await officers.all_of(work.db, work.scope, work.scope.bureau), check.values)
    return await _keep(work, _File("officers", data, name), check, diff, officers.upsert)


@dataclass(frozen=True, slots=True)
class _File:
    kind: Kind
    data: bytes = field(repr=False)
    name: str
    section: str = ""

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


async def _site_context(
    work: Work, key_list: frozenset[str] | None, published: YearList | None, form: RosterForm
) -> SiteContext:
    bureau = work.scope.bureau
    entry = await bureaus.get(work.control, bureau)
    names = division_names(bureau) | frozenset(entry.labels.get("division_names", ()))
    test = inside if outline(bureau) is not None else None
    cases = (await rules_for(work, bureau)).get("class.special")
    return SiteContext(
        bureau,
        names,
        form.required,
        published.codes_of(bureau) if published else key_list,
        test,
        key_basis="；".join(published.sources) if published else "",
        special_cases=dict(cases.value) if cases else {},
        extra=form.extra,
        classes=form.classes,
    )


async def _known_sites(work: Work) -> frozenset[str] | None:
    """Codes a recusal may name; a city's officers are recused from sites it may not see: not tested."""
    own = await sites.all_of(work.db, work.scope, work.scope.bureau)
    return frozenset(site.code for site in own) or None


async def _checked(judge: Callable[[], RosterCheck[T]], strict: bool) -> RosterCheck[T]:
    """Reading and checking off the event loop: a province's file takes seconds."""
    check = await asyncio.to_thread(judge)
    if check.refused and (strict or not check.valid):
        first = check.refused[0].errors[0].line() if check.refused[0].errors else "—"
        need = "每一行都合格（严格导入）" if strict else "至少一行合格"
        raise RosterRefused(f"{len(check.refused)} 行有问题", check=check, need=need, first=first)
    return check


async def _keep(
    work: Work,
    file: _File,
    check: RosterCheck[T],
    diff: RosterDiff[T],
    upsert: Callable[..., Awaitable[Counts]],
    said: dict[str, Any] | None = None,
) -> Imported[T]:
    report = {**check.as_dict(), "file": file.name, "sha256": file.sha256, "missing": _missing(diff)}
    report |= said or {}
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
    counts = await upsert(work.db, work.scope, check.values, batch=batch, at=at, by=by, reason=reason)
    await _note(work, file, batch, counts, check)
    return Imported(file.kind, batch, counts, report, False, check)


def _missing(diff: RosterDiff[Any]) -> dict[str, Any]:
    """Kept rows the file does not name: told, never removed."""
    codes = [getattr(value, "code", None) or value.certificate for value in diff.missing]
    return {"count": len(codes), "codes": codes[:_SHOWN]}


async def _note(work: Work, file: _File, batch: UUID, counts: Counts, check: RosterCheck[Any]) -> None:
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
