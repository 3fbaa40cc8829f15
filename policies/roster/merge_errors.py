"""What is said when lists of sections cannot be merged."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class ConflictsOpen(Problem):
    """Lists disagree, and nobody has said which one holds."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording(
            "还有没选定的冲突",
            "每一处冲突都选定采用哪一方",
            "没有并入任何一行。还没选定的单位：{codes}。请逐处选定后再并入。",
        ),
        "en": Wording(
            "Conflicts are still open",
            "a choice for every conflict",
            "Nothing was merged. Open: {codes}. Choose for each of them.",
        ),
    }


class UnknownChoice(Problem):
    """A choice names neither the roster nor one of the lists in conflict."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording("没有这个选项", "保留名录，或者所列报送之一", "请在 {code} 的冲突中重新选定。"),
        "en": Wording("No such choice", "the roster, or one of the lists", "Choose again for {code}."),
    }


class MergeReasonMissing(Problem):
    """Conflicts were decided without saying why."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording("没有写明取舍的理由", "理由", "请写明为什么这样取舍，理由记入每家的变更历史。"),
        "en": Wording("No reason given", "why it was decided so", "Say why; each history keeps it."),
    }


class MergeOvertaken(Problem):
    """Another person took a step in the same merge first."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "另一人刚刚办理过这次合并",
            "打开页面之后没有别人办理",
            "您这一步没有保存，也没有并入任何一行。请重新打开核对页，看过现在的内容再办理。",
        ),
        "en": Wording(
            "Somebody else took a step in this merge first",
            "nobody else at it since the page was opened",
            "Your step was not kept and nothing was merged. Open the page again and look before going on.",
        ),
    }


class MergeMoved(Problem):
    """The roster, or the rules, changed since the lists were laid beside it."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "核对之后名录有变更",
            "每一家都与核对时相同",
            "没有并入任何一行。有变更的是：{codes}。请按现在的名录重新核对，已选定的取舍会保留。",
        ),
        "en": Wording(
            "The roster changed after the lists were compared",
            "every site as it was shown",
            "Nothing was merged. Changed meanwhile: {codes}. Compare again; the choices made are kept.",
        ),
    }


class AlreadyMerging(Problem):
    """One of the lists is part of another merge that is open."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "这份报送正在另一次合并中核对",
            "没有列入其他合并的报送",
            "请到 {who} 打开的合并中办理，或者先放弃那一次。",
        ),
        "en": Wording(
            "This list is part of another merge",
            "lists no other open merge has",
            "Go on in the merge that {who} opened, or drop that one first.",
        ),
    }


class NothingChosen(Problem):
    """A merge of no list, or of too many."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording("没有选择报送", "1 至 {most} 份待并入的报送", "请勾选要合并的报送。"),
        "en": Wording("No list chosen", "1 to {most} lists that wait", "Choose the lists to merge."),
    }


class SectionsDisagree(Problem):
    """Another list that waits says something else of the same site; it has to be looked at first."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "与另一份待并入的报送有冲突",
            "没有冲突的报送，或者在核对页逐处选定",
            "没有并入任何一行。有冲突的是：{codes}。请在“科室报送”勾选这几份一并核对。",
        ),
        "en": Wording(
            "Another list that waits disagrees",
            "a list without conflicts, or a choice for each of them",
            "Nothing was merged. In conflict: {codes}. Compare the lists together and choose.",
        ),
    }
