"""A copy is marked before it leaves: number, reader, order, journal row, all in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from policies.rd1.canonical import lp, suite_of
from policies.secrecy.exports import KINDS, label_for, mark_lines
from policies.secrecy.order import order_seed, ordered, seed_check
from services.clock import CHINA
from services.drawing import pseudonyms
from services.work import Work
from tenants import journal
from tenants.secrecy_rows import ExportMark
from tenants.stores import bureaus, exports

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Marked(Generic[T]):
    """A copy ready to be written.

    Attributes:
        mark: what is kept of it. lines: what it carries visibly. rows: in its own order.
    """

    mark: ExportMark
    lines: tuple[str, str]
    rows: tuple[T, ...]

    @property
    def number(self) -> str:
        """As printed: 411721-E12."""
        return f"{self.mark.bureau}-E{self.mark.n}"


async def mark_export(
    work: Work,
    kind: str,
    rows: Sequence[T],
    row_id: Callable[[T], str],
    *,
    bureau: str = "",
    draw_no: int | None = None,
    group: Callable[[T], str] = lambda _: "",
    whole: bool = False,
    label: str = "",
) -> Marked[T]:
    """Number and mark a copy for the person who acts; kept and journalled in the bureau the list is of.

    Args:
        work: able to write; the use case has asked the matrix for what it shows.
        kind: one of `policies.secrecy.exports.KINDS`.
        row_id: names a row in a way that tells nothing: "draw/slot" for visits.
        bureau: whose list; left out, the own one.
        group: rows of a group stay together, groups ascending (a day).
        whole: all of a roster, so that its rows need not be kept with the mark.
        label: the bureau's own word for the label.

    Raises:
        Forbidden: the person may not take copies. NoStateSecret: the label.
    """
    whose = bureau or work.scope.bureau
    work.require("export.make", bureau=whose, assigned=True)
    label_for(kind, label)
    name = (await bureaus.get(work.control, whose)).name
    async with work.inside(whose) as there:
        number = await exports.next_n(there.db, there.scope)
        placed, check = await _placed(there, kind, rows, row_id, group, number)
        mark = ExportMark(
            bureau=whose,
            n=number,
            kind=kind,
            draw_no=draw_no,
            reader=work.principal.subject,
            reader_name=work.principal.name,
            rows=() if whole else tuple(row_id(one) for one in rows),
            count=len(rows),
            seed_check=check,
            at=work.now,
        )
        await exports.keep(there.db, there.scope, mark)
        await _note(there, mark)
    lines = mark_lines(
        kind,
        bureau=whose,
        bureau_name=name,
        number=number,
        reader=work.principal.name,
        at=work.now.astimezone(CHINA),
        label=label,
    )
    return Marked(mark, lines, tuple(placed))


async def bureau_key(work: Work) -> bytes:
    """The key the orders of a bureau's copies follow from; of its own, derived from the bureau's."""
    key = await pseudonyms.of_bureau(work, work.scope.bureau)
    return suite_of(1).mac(key, lp("export-key"))


async def _placed(
    work: Work,
    kind: str,
    rows: Sequence[T],
    row_id: Callable[[T], str],
    group: Callable[[T], str],
    number: int,
) -> tuple[Sequence[T], str]:
    if not (KINDS[kind].ordered and rows):
        return rows, ""
    seed = order_seed(await bureau_key(work), number, work.principal.subject)
    return ordered(seed, rows, row_id, group), seed_check(seed)


async def _note(work: Work, mark: ExportMark) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="export.make",
        target=f"export/{mark.bureau}/{mark.n}",
        after={"kind": mark.kind, "count": mark.count, "draw_no": mark.draw_no},
        at=mark.at,
    )
