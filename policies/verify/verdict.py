"""What a verification says: numbered steps with their meaning in words, and the verdict (protocol §13)."""

from dataclasses import dataclass, field
from typing import Any, Literal

from policies.errors import Language

Status = Literal["passed", "failed", "not_checked"]

STEP_WORDS: dict[str, dict[Language, str]] = {
    "V1": {
        "zh": "格式：字段、类型、编号、次序合规",
        "en": "The form holds: fields, types, ids, order",
    },
    "V2": {"zh": "名单的根与数量同清单一致", "en": "Lists give the frozen roots and sizes"},
    "V3": {
        "zh": "类别与排除数量、抽查下限、规则及可派人数相符",
        "en": "Stratum and exclusion sizes, least numbers, rules and candidates hold",
    },
    "V4": {
        "zh": "各角色的密钥与承诺相符，上级已封存并签名确认",
        "en": "Keys open their commitments; the superior's escrow is logged and signed",
    },
    "V5": {
        "zh": "清单已载入日志，抽查号与前次相接",
        "en": "The manifest is the logged one and continues the chain",
    },
    "V6": {
        "zh": "信标按规则指定，名单在信标产生前冻结、入日志并经见证",
        "en": "The beacon is named by rule; all was frozen, logged and witnessed before it was born",
    },
    "V7": {"zh": "已重新计算种子", "en": "The seed is recomputed"},
    "V8": {"zh": "已重新计算票号与名次", "en": "Tickets and ranks are recomputed"},
    "V9": {"zh": "已重新计算初始配组", "en": "The start of the teams is recomputed"},
    "V10": {
        "zh": "已重新计算随机换位，每个检查组合法",
        "en": "The walk is recomputed and every team is lawful",
    },
    "V11": {
        "zh": "结果的根与公布值、日志一致，并判断是否迟延",
        "en": "The result's root is the published and logged one; late or not",
    },
    "V12": {
        "zh": "每项变更与日志一致，且为规定的下一选择",
        "en": "Every change is the logged one and the lawful next choice",
    },
    "V13": {
        "zh": "日志的包含性证明、签名与见证成立",
        "en": "The log's proofs, signature and witnesses hold",
    },
}
"""One sentence a step, for display."""

ASSUME_WORDS: dict[str, dict[Language, str]] = {
    "numbers": {
        "zh": "摇号或唱号的数字属实",
        "en": "the lottery or spoken numbers are the true ones",
    },
    "complete": {
        "zh": "没有遗漏变更、作废或另一次抽查（持有全部日志者可查）",
        "en": "no change, void or second draw is left out (whoever holds the whole log can see)",
    },
    "one_history": {"zh": "两个检查点属于同一日志", "en": "both checkpoints belong to one log"},
    "leave": {"zh": "被跳过的人员当日确实请假", "en": "those passed over were on leave"},
}
"""What software or one bundle cannot know."""

REASON_WORDS: dict[str, dict[Language, str]] = {
    "passed": {"zh": "通过", "en": "passed"},
    "absent": {"zh": "记录中没有该项：{what}", "en": "not in the record: {what}"},
    "malformed": {"zh": "格式不符，无从核验：{what}", "en": "malformed, so it cannot be checked: {what}"},
    "no_trust": {"zh": "没有提供信任文件", "en": "no trust file was given"},
    "void": {"zh": "抽查已作废，此项未进行", "en": "pre-empted: the draw was voided"},
    "needs": {"zh": "需先完成 {what}", "en": "needs {what} first"},
    "lists": {
        "zh": "污染源 {units}，人员 {officers}，回避 {bans}",
        "en": "{units} sites, {officers} officers, {bans} bans",
    },
    "drawn": {"zh": "抽中 {visits}", "en": "{visits} drawn"},
    "over": {
        "zh": "{visits} 个检查组；超过个人上限：{over} 人",
        "en": "{visits} teams; over their cap: {over}",
    },
    "root": {"zh": "{root}", "en": "{root}"},
    "late": {
        "zh": "{root}；迟延：结果晚于信标 15 分钟以上入日志",
        "en": "{root}; late: logged more than 15 minutes after the beacon",
    },
    "events": {"zh": "{events} 项变更", "en": "{events} changes"},
    "log": {"zh": "{size} 条日志，{witnesses} 个见证", "en": "log of {size}, {witnesses} witnesses"},
}
"""Why a step was not checked, or what a passed one found."""


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step.

    `detail` (Chinese) and `detail_en` say why it failed or was not checked, or what it found.
    """

    id: str
    status: Status
    detail: str
    detail_en: str

    def text(self, language: Language = "zh") -> str:
        """The detail in one language."""
        return self.detail if language == "zh" else self.detail_en

    def as_dict(self, language: Language = "zh") -> dict[str, str]:
        """JSON form: id, status, detail."""
        return {"id": self.id, "status": self.status, "detail": self.text(language)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome.

    Attributes:
        verdict: "VALID" (every step passed, with a trust file), "CONSISTENT" (nothing failed, something
            was not checked) or "INVALID" (something failed).
        steps: V1 to V13.
        assumes: codes of ASSUME_WORDS, sorted.
        not_checked: names of the steps that were not checked.
        void: the void entry (t, at, bureau, m, reason), None when the draw was not voided.
        late: the result was logged more than 15 minutes after the beacon; None when that is unknown.
        over_caps: visits above the cap by officer id.
    """

    verdict: Literal["VALID", "CONSISTENT", "INVALID"]
    steps: tuple[Step, ...]
    assumes: tuple[str, ...]
    not_checked: tuple[str, ...]
    void: dict[str, Any] | None = None
    late: bool | None = None
    over_caps: dict[str, int] = field(default_factory=dict)

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """JSON form."""
        return {
            "verdict": self.verdict,
            "steps": [step.as_dict(language) for step in self.steps],
            "assumes": list(self.assumes),
            "not_checked": list(self.not_checked),
            "void": self.void,
            "late": self.late,
            "over_caps": dict(self.over_caps),
        }
