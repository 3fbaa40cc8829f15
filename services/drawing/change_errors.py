"""Refusals of changes after the draw. None of them names a site. Basis: rd1 §10."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from tenants.errors import SameHand, WrongState

Words = dict[Language, Wording]


class StaleChange(WrongState):
    """After the proposal the list changed, or who is away: the lawful choice may be another one now."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "提议之后名单或人员情况已有变化，该提议已过时",
            "提议之后没有其他变更，依规则的人选与提议时相同",
            "请按现在的名单重新提议（“按原内容重新提议”），再由另一人批准。",
        ),
        "en": Wording(
            "The list or who is away changed since the proposal; it is stale",
            "no other change since, and the protocol's choice still the one proposed",
            "Propose it again on the list as it stands; another person approves.",
        ),
    }


class DeclarationRested(WrongState):
    """A change of a list rests on the declaration: withdrawn, that change would stand on nothing."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "该声明已作为名单变更的依据，不能撤回",
            "没有变更以其为依据的声明",
            "变更已生效并记入公开日志；登记有误的，如实向单位负责人说明，由负责人按名单现状另行提议变更。",
        ),
        "en": Wording(
            "A change of the list rests on this declaration; it cannot be withdrawn",
            "a declaration no change rests on",
            "The change stands and is logged. If the entry was wrong, tell the head of the bureau.",
        ),
    }


class VisitOver(WrongState):
    """The visit has its record, or does not stand any more."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "第 {slot} 项检查已有记录或已取消，不能变更",
            "尚未填写检查记录、未取消的检查",
            "检查完成之后不再变更名单；记录有误的，由审核人退回。",
        ),
        "en": Wording(
            "Visit {slot} has its record or is called off; it cannot be changed",
            "a visit not recorded and not called off",
            "A visit that was made is not changed; a reviewer may return its record.",
        ),
    }


class BadChange(Problem):
    """What is asked for is no change the protocol knows. Facts: need."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "变更内容填写有误",
            "{need}",
            "替换、取消只限规定的五种原因；替换人员须写明可公开的理由，不写病情和亲属关系。",
        ),
        "en": Wording(
            "Not a change of the list",
            "{need}",
            "Replacing or cancelling needs a reason of the closed list; a substitution one in words.",
        ),
    }


class DrewChange(SameHand):
    """Who had a hand in the draw would propose or approve a change of it."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "参与抽取的人不能提议或批准变更",
            "没有准备、修改、冻结第 {draw_no} 号抽取，没有为其提交本单位承诺、录入随机数或执行的人员",
            "请由派单员或单位负责人提议，另一名负责人批准。",
        ),
        "en": Wording(
            "Who took part in the draw may not change it",
            "somebody without a hand in draw no. {draw_no}: prepare, amend, commit, freeze, beacon, run",
            "Let a dispatcher or head propose and another head approve.",
        ),
    }


class Concerned(SameHand):
    """The officer whom the change moves would propose or approve it."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "变更涉及本人，本人不能提议或批准",
            "不在变更前后检查组中的人员",
            "本人只声明缺勤或回避，由派单员提议、负责人批准。",
        ),
        "en": Wording(
            "The change concerns this person, who may neither propose nor approve it",
            "somebody who is on neither team",
            "Declare the absence or recusal only; a dispatcher proposes, a head approves.",
        ),
    }


class NotInDraw(Problem):
    """A site is none of the visits of the draw that are still to come."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[Words] = {
        "zh": Wording(
            "该污染源不在本次抽取待检查的名单内",
            "本次抽中、尚未检查的污染源编码",
            "请核对编码；不在名单内的无须变更。本次查询已记入操作日志。",
        ),
        "en": Wording(
            "The site is none of the visits still to come of this draw",
            "the code of a site drawn and not visited yet",
            "Check the code; nothing has to be changed for others. The look-up was journalled.",
        ),
    }
