"""An import taken back as one step: what every row it touched becomes again.

Nothing is removed: what the import brought in may be named by a draw or a visit already, so a site is closed
and an officer leaves the post.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

from policies.errors import Kind, Language, Problem, Wording
from policies.terms import Officer, Site, SiteStatus

T = TypeVar("T")
SHOWN = 5  # codes named in a refusal; the count is whole


class NothingToUndo(Problem):
    """The import changed no site, or came before changes named their import."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这次导入没有可整批撤销的改动",
            "改动过名录、并逐行记有导入批次的一次导入",
            "没有改动的不需要撤销；系统升级以前的导入，请重新导入正确的行。",
        ),
        "en": Wording(
            "This import has nothing to undo",
            "an import that changed rows and is named by each change",
            "Nothing changed, or it came before the upgrade: then import the correct rows.",
        ),
    }


class ImportOvertaken(Problem):
    """Rows of the import were changed again since."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "导入之后名录又有变更，不能整批撤销",
            "这次导入改动的每一行此后都没有再变",
            "没有撤销任何一行。又有变更的是：{codes}。请重新导入正确的行。",
        ),
        "en": Wording(
            "The roster changed again after this import",
            "every row of the import untouched since",
            "Nothing was undone. Changed again: {codes}. Import the correct rows instead.",
        ),
    }


class OfficersBound(Problem):
    """Officers of the import are part of a draw or a visit since: what was drawn with them stands."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "导入的人员此后已编入抽取或派单，不能整批撤销",
            "导入之后没有冻结过抽取，导入的人员也没有派单",
            "没有撤销任何一人。{bound}。请逐人更正，或导入正确的名录。",
        ),
        "en": Wording(
            "Officers of this import are part of a draw or a visit since",
            "no draw frozen after the import, none of its officers dispatched",
            "Nothing was undone. {bound}. Correct them one by one, or import a correct roster.",
        ),
    }


class UndoReasonMissing(Problem):
    """An import is taken back without saying why."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有写明撤销理由", "撤销理由", "请写明为什么撤销这次导入，理由记入变更历史。"),
        "en": Wording("No reason given", "why the import is undone", "Say why; it is kept in the history."),
    }


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """What an import did to one row.

    Attributes:
        before: the row as it was; None = the import brought it in.
        after: the row as the import left it.
        overtaken: it was changed again since.
    """

    before: T | None
    after: T
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Undo(Generic[T]):
    """The rows to write: `restored` as they were before, `closed` those the import brought in."""

    restored: tuple[T, ...]
    closed: tuple[T, ...]

    @property
    def rows(self) -> tuple[T, ...]:
        """All of them."""
        return self.restored + self.closed


def undo(steps: Sequence[Step[Site]], why: str) -> Undo[Site]:
    """What taking an import of sites back writes: all of it, or a refusal.

    Raises:
        UndoReasonMissing: `why` is empty. NothingToUndo: there are no steps. ImportOvertaken: see there.
    """
    _refuse(why, [(step.after.code, step.overtaken) for step in steps])
    return Undo(_before(steps), tuple(replace(new, status=SiteStatus.CLOSED) for new in _new(steps)))


def undo_officers(
    steps: Sequence[Step[Officer]], why: str, *, frozen: bool, dispatched: Sequence[str]
) -> Undo[Officer]:
    """As `undo`, for officers: who was brought in is no longer on post.

    Args:
        frozen: the bureau froze a draw since, so the officers may be on its teams.
        dispatched: certificates of those who were given a visit since.

    Raises:
        OfficersBound: either; and as `undo`.
    """
    _refuse(why, [(step.after.certificate, step.overtaken) for step in steps])
    if frozen or dispatched:
        named = "、".join(dispatched[:SHOWN])
        said = {"zh": f"已派单的执法证号：{named}", "en": f"Dispatched certificates: {named}"}
        none = {"zh": "导入之后已冻结过抽取", "en": "A draw was frozen after the import"}
        raise OfficersBound(f"{len(steps)} 人", bound=said if dispatched else none)
    return Undo(_before(steps), tuple(replace(new, on_post=False) for new in _new(steps)))


def _refuse(why: str, rows: Sequence[tuple[str, bool]]) -> None:
    if not why.strip():
        raise UndoReasonMissing
    if not rows:
        raise NothingToUndo("0 行")
    if late := [key for key, overtaken in rows if overtaken]:
        raise ImportOvertaken(f"{len(late)} 行", codes="、".join(late[:SHOWN]))


def _before(steps: Sequence[Step[T]]) -> tuple[T, ...]:
    return tuple(step.before for step in steps if step.before is not None)


def _new(steps: Sequence[Step[T]]) -> tuple[T, ...]:
    return tuple(step.after for step in steps if step.before is None)
