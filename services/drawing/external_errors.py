"""Refusals around roster differences and around draws and lists of the provincial platform."""

from typing import Any, ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class RosterMoved(Problem):
    """The lists are no longer those whose difference the drawer has seen."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "名录在查看差异之后又有变化，名单没有冻结",
            "与查看时相同的名录、人员和回避关系（{seen}）",
            "请重新查看与上次抽取的差异，确认后再冻结。",
        ),
        "en": Wording(
            "The lists changed after their difference was shown; nothing was frozen",
            "sites, officers and recusals as they were shown ({seen})",
            "Look at the difference with the draw before again, then freeze.",
        ),
    }


class DifferenceUnseen(Problem):
    """Somebody freezes at the desk without having seen what changed."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("还没有查看名录差异", "先查看与上次抽取的差异", "请按“查看名录差异”，核对之后再冻结。"),
        "en": Wording(
            "The difference of the roster was not shown yet",
            "the difference seen first",
            "Show it, then freeze.",
        ),
    }


class PlatformDecides(Problem):
    """The rules make the platform's draw the one that counts; one of ours would be a second list."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "本单位规定以省级平台的抽取为准，不能另行抽取",
            "规则“以哪个抽取为准”为本系统（own）",
            "请导入省级平台 {period} 的抽取结果；如规定已改，请先由两人登记新规则及其依据。",
        ),
        "en": Wording(
            "By the bureau's rules the platform's draw counts; there is none beside it",
            "the rule draw.authority = own",
            "Import the platform's list for {period}; if the rule changed, enter it with its basis first.",
        ),
    }


class OwnDecides(Problem):
    """The rules make our own draw the one that counts; the platform's list can only be compared."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "本单位规定以本系统的抽取为准，不能导入省级平台的名单代替",
            "规则“以哪个抽取为准”为省级平台（platform）",
            "请在抽取之后用“与省平台名单比对”核对平台名单；不一致的向上级报警，不另立名单。",
        ),
        "en": Wording(
            "By the bureau's rules its own draw counts; the platform's list does not replace it",
            "the rule draw.authority = platform",
            "Compare the platform's list with the draw instead; a difference raises an alarm.",
        ),
    }


class PlatformListRefused(Problem):
    """A list of the platform was not taken: every row must be right."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "省级平台的名单没有导入，已有数据未改动",
            "{need}",
            "请按错误清单逐行核对：先更新污染源或人员名录，或向平台核实名单，再整份导入。首个错误：{first}",
        ),
        "en": Wording(
            "The platform's list was not taken; nothing was changed",
            "{need}",
            "Check row by row: update the rosters or ask the platform, then import all. First: {first}",
        ),
    }

    def __init__(self, got: object = "", *, check: Any = None, **facts: Any) -> None:
        super().__init__(got, **facts)
        self.check = check  # the whole RosterCheck, for the report row by row


class BatchMissing(Problem):
    """No batch number of the platform, or one that cannot be one."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "省级平台的批次号有误", "{need}", "请按平台上显示的批次号填写；名单中写有批次号的须一致。"
        ),
        "en": Wording("The platform's batch number is wrong", "{need}", "Enter it as the platform shows it."),
    }


class BatchTaken(Problem):
    """The batch of the platform belongs to another draw already."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "这个批次已经登记在另一次抽取上",
            "每个批次只对应一次抽取（已登记在 {draw_no} 号）",
            "请核对批次号；确属重复导入的，原有名单有效，无需再导。",
        ),
        "en": Wording(
            "This batch belongs to another draw",
            "one draw a batch (it stands at no. {draw_no})",
            "Check the batch number; a repeated import is not needed.",
        ),
    }


class ImporterOnTeam(Problem):
    """Who takes the list over stands on it as an officer."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "导入人本人在名单的检查组中", "导入人不参加本批检查", "请由另一名不在名单中的抽取人导入。"
        ),
        "en": Wording(
            "The importer is on a team of the list", "somebody who is not", "Let another drawer import it."
        ),
    }


class ImportUnchecked(Problem):
    """A list taken over that no second person has found equal to the platform's."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "导入的名单还没有由另一人核对，不能派发",
            "导入人以外的派单员从省级平台另取一份名单，核对一致",
            "请由派单员在本次抽取的页面上按“核对导入的名单”；导入有误的，作废后重新导入。",
        ),
        "en": Wording(
            "No second person has checked the list taken over; nothing is dispatched",
            "an equal list, taken from the platform by a dispatcher who did not import",
            "Let the dispatcher compare the platform's list; void the draw if the import was wrong.",
        ),
    }


class NotVerifiable(Problem):
    """A draw of the platform has no bundle, nor anything else that could be checked."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "不可验证：本次抽取由省级平台进行，没有可核验的材料",
            "由本系统抽取的名单",
            "抽取过程请向省级平台查询；检查结果仍在检查之后逐家公示。",
        ),
        "en": Wording(
            "Not verifiable: the platform made this draw, there is nothing that could be checked",
            "a draw of this system",
            "Ask the platform how it drew; the results of the visits are published as always.",
        ),
    }
