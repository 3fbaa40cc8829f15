"""An import taken back as one step: what every row it touched becomes again.

Nothing is removed: a site the import brought in may be named by a draw or a visit already, so it is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from policies.terms import Site, SiteStatus

SHOWN = 5  # codes named in a refusal; the count is whole


class NothingToUndo(Problem):
    """The import changed no site, or came before changes named their import."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这次导入没有可整批撤销的改动",
            "改动过污染源名录、并逐行记有导入批次的一次导入",
            "没有改动的不需要撤销；系统升级以前的导入，请重新导入正确的行。",
        ),
        "en": Wording(
            "This import has nothing to undo",
            "an import that changed sites and is named by each change",
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


class UndoReasonMissing(Problem):
    """An import is taken back without saying why."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有写明撤销理由", "撤销理由", "请写明为什么撤销这次导入，理由记入变更历史。"),
        "en": Wording("No reason given", "why the import is undone", "Say why; it is kept in the history."),
    }


@dataclass(frozen=True, slots=True)
class Step:
    """What an import did to one site.

    Attributes:
        before: the row as it was; None = the import brought it in.
        after: the row as the import left it.
        overtaken: it was changed again since.
    """

    before: Site | None
    after: Site
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Undo:
    """The rows to write: `restored` as they were before, `closed` those the import brought in."""

    restored: tuple[Site, ...]
    closed: tuple[Site, ...]

    @property
    def rows(self) -> tuple[Site, ...]:
        """All of them."""
        return self.restored + self.closed


def undo(steps: Sequence[Step], why: str) -> Undo:
    """What taking an import back writes: all of it, or a refusal.

    Raises:
        UndoReasonMissing: `why` is empty. NothingToUndo: there are no steps. ImportOvertaken: see there.
    """
    if not why.strip():
        raise UndoReasonMissing
    if not steps:
        raise NothingToUndo("0 行")
    if late := [step.after.code for step in steps if step.overtaken]:
        raise ImportOvertaken(f"{len(late)} 行", codes="、".join(late[:SHOWN]))
    return Undo(
        tuple(step.before for step in steps if step.before is not None),
        tuple(replace(step.after, status=SiteStatus.CLOSED) for step in steps if step.before is None),
    )
