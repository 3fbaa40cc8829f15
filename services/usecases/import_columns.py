"""What a bureau's own headings mean: remembered with a check that went through, changed or forgotten here."""

from dataclasses import dataclass

from policies.errors import Missing
from policies.roster import OFFICER_LAYOUT
from policies.roster.tabular import Layout
from services.ruling.roster_form import roster_form
from services.usecases.import_judge import ACTIONS
from services.work import Work
from tenants import journal
from tenants.import_rows import HeadingMeaning, RosterKind
from tenants.stores import import_headings


@dataclass(frozen=True, slots=True)
class Remembered:
    """The headings of one kind of file, and the layout whose fields they fill."""

    layout: Layout
    headings: tuple[HeadingMeaning, ...]


async def layout_for(work: Work, kind: RosterKind) -> Layout:
    """The columns a file of the kind may have by the rules of today."""
    return (await roster_form(work)).layout if kind == "sites" else OFFICER_LAYOUT


async def remembered(work: Work, kind: RosterKind) -> Remembered:
    """What the own bureau's headings mean."""
    work.require(ACTIONS[kind])
    found = await import_headings.of_kind(work.db, work.scope, work.scope.bureau, kind)
    return Remembered(await layout_for(work, kind), found)


async def set_heading(work: Work, kind: RosterKind, heading: str, field: str | None) -> None:
    """Change what a remembered heading means; the next file is read by it.

    Args:
        field: key of a field, "" = the column is not imported, None = forget the heading.

    Raises:
        Missing: the heading is not remembered, or there is no such field.
    """
    known = await remembered(work, kind)
    before = next((one for one in known.headings if one.heading == heading), None)
    if before is None:
        raise Missing(heading[:80], what="列标题")
    if field and field not in {column.key for column in known.layout.columns}:
        raise Missing(field[:80], what="字段")
    at, by = work.now, work.principal.subject
    if field is None:
        await import_headings.forget(work.db, work.scope, kind, heading, at=at, by=by)
    else:
        await import_headings.keep(work.db, work.scope, kind, {heading: field}, at=at, by=by)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=ACTIONS[kind],
        target=f"roster/heading/{kind}",
        why=heading,
        before={"field": before.field},
        after={"field": field},
        at=at,
    )
