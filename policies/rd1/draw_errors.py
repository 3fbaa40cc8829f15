"""Refusals of rd1: freezing, committing, drawing, changing."""

from typing import ClassVar

from policies.errors import Kind, Problem
from policies.rd1.form_errors import TELL, Words, say


class RootDiffers(Problem):
    """A list is not the one that was frozen. Facts: path."""

    words: ClassVar[Words] = say(
        ("名单与冻结时不一致：{path}", "{expected}", TELL[0]),
        ("The list is not the frozen one: {path}", "{expected}", TELL[1]),
    )


class SizeDiffers(Problem):
    """A size in the manifest is not that of the lists. Facts: path, expected."""

    words: ClassVar[Words] = say(
        ("数量与名单不一致：{path}", "{expected}", TELL[0]),
        ("A size does not match the lists: {path}", "{expected}", TELL[1]),
    )


class RulesDiffer(Problem):
    """The rules are not those whose hash was frozen. Facts: expected."""

    words: ClassVar[Words] = say(
        ("抽查规则与冻结时不一致", "{expected}", TELL[0]),
        ("The rules are not the frozen ones", "{expected}", TELL[1]),
    )


class RuleMissing(Problem):
    """A stratum has no rule. Facts: stratum."""

    words: ClassVar[Words] = say(
        ("类别“{stratum}”没有抽查规则", "每个类别各有一条规则", "请先为该类别设定抽查比例及依据。"),
        ("Stratum “{stratum}” has no rule", "one rule for each stratum", "Set its rate and basis first."),
    )


class LeastDiffers(Problem):
    """`least` does not follow from the rules. Facts: stratum, expected."""

    words: ClassVar[Words] = say(
        ("类别“{stratum}”的最低抽查数与规则不符", "{expected}", TELL[0]),
        ("The least number of “{stratum}” does not follow from the rules", "{expected}", TELL[1]),
    )


class TakeOutOfRange(Problem):
    """take is below the lawful minimum or above the size. Facts: stratum, least, size."""

    words: ClassVar[Words] = say(
        (
            "类别“{stratum}”的抽取数超出范围",
            "{least} 至 {size}",
            "请调整抽取数：不得低于规则下限，不得超过在列数。",
        ),
        ("The number to take from “{stratum}” is out of range", "{least} to {size}", "Adjust the number."),
    )


class TooFewCandidates(Problem):
    """A site keeps too few officers who may visit it. Facts: uid, needed."""

    words: ClassVar[Words] = say(
        (
            "可检查“{uid}”的执法人员不足",
            "至少 {needed} 人",
            "请核对该污染源的回避记录，或补充在岗持证人员后重新冻结。",
        ),
        (
            "Too few officers may visit “{uid}”",
            "at least {needed}",
            "Check the recusals for this site, or add certified officers, and freeze again.",
        ),
    )


class NoLead(Problem):
    """Nobody who may lead may visit a site. Facts: uid."""

    words: ClassVar[Words] = say(
        ("“{uid}”没有可担任主办的执法人员", "至少 1 名未回避的主办人员", "请增加主办人员，或核对回避记录。"),
        ("Nobody who may lead may visit “{uid}”", "at least one lead not recused", "Add a lead officer."),
    )


class TooFewForCrews(Problem):
    """Not enough leads or officers for the fixed crews. Facts: what (path), needed."""

    words: ClassVar[Words] = say(
        ("人数不足以编成固定搭档：{what}", "至少 {needed}", "请减少小组数或补充人员。"),
        ("Too few for the fixed crews: {what}", "at least {needed}", "Use fewer crews or add officers."),
    )


class TooManyBanned(Problem):
    """So many officers are banned from a site that no crew may be free. Facts: uid, limit."""

    words: ClassVar[Words] = say(
        ("回避“{uid}”的人员过多，可能没有小组可派", "最多 {limit} 人", "请增加小组数，或核对回避记录。"),
        (
            "Too many officers are banned from “{uid}”",
            "at most {limit}",
            "Use more crews, or check recusals.",
        ),
    )


class TeamTooLarge(Problem):
    """min_candidates is smaller than a team. Facts: team."""

    words: ClassVar[Words] = say(
        ("min_candidates 小于每组人数", "不小于 {team}", "请提高 min_candidates。"),
        ("min_candidates is smaller than a team", "at least {team}", "Raise min_candidates."),
    )


class RoleMissing(Problem):
    """A role that always commits is not there, or there twice. Facts: expected."""

    words: ClassVar[Words] = say(
        (
            "承诺的角色不符",
            "platform、bureau 各一个，可另有一个 witness",
            "请由各角色在各自设备上生成密钥并提交承诺。",
        ),
        (
            "The committing roles are wrong",
            "platform and bureau once each, and witness at most once",
            "Let each role make its key on its own device and commit.",
        ),
    )


class KeyDiffers(Problem):
    """A key does not open its commitment. Facts: role."""

    words: ClassVar[Words] = say(
        ("“{role}”交出的密钥与其承诺不符", "承诺所对应的原密钥", "请改用密封副本中的密钥。"),
        ("The key of “{role}” does not open its commitment", "the key committed to", "Use the sealed copy."),
    )


class FrozenLate(Problem):
    """frozen_at is not before beacon_at. Facts: limit."""

    words: ClassVar[Words] = say(
        ("冻结时间不早于信标时间", "早于 {limit}", "请先冻结名单，再约定信标时间。"),
        ("Frozen no earlier than the beacon", "before {limit}", "Freeze first, then set the beacon's time."),
    )


class BeaconNotByRule(Problem):
    """The manifest names another beacon than the rule does. Facts: path, expected."""

    words: ClassVar[Words] = say(
        ("信标不合规定：{path}", "{expected}", "请按规则指定信标后重新冻结。"),
        ("The beacon is not the one the rule names: {path}", "{expected}", "Name it by the rule."),
    )


class BeaconFalse(Problem):
    """The drand signature is not the network's."""

    words: ClassVar[Words] = say(
        ("drand 签名无效", "quicknet 该轮次的签名", "请从 drand 网络重新取得该轮次的签名。"),
        ("The drand signature is not valid", "quicknet's signature of that round", "Fetch that round again."),
    )


class PublishedDiffers(Problem):
    """A published value is not the recomputed one. Facts: path, expected."""

    words: ClassVar[Words] = say(
        ("公布值与重新计算的结果不一致：{path}", "{expected}", TELL[0]),
        ("The published value is not the recomputed one: {path}", "{expected}", TELL[1]),
    )


class NoLawfulTeam(Problem):
    """A visit cannot be given a lawful team. Facts: uid."""

    words: ClassVar[Words] = say(
        ("“{uid}”无法组成合法的检查组", "在岗、未回避、含主办的完整检查组", "请核对人员名单与回避记录。"),
        ("No lawful team for “{uid}”", "a whole team, nobody banned, one lead", "Check officers and bans."),
    )


class EventUnlawful(Problem):
    """A change is not the lawful next choice. Facts: place (number of the event), path, expected."""

    words: ClassVar[Words] = say(
        ("第 {place} 项变更不是规定的下一选择：{path}", "{expected}", TELL[0]),
        ("Change {place} is not the lawful next choice: {path}", "{expected}", TELL[1]),
    )


class NotDrawn(Problem):
    """The site is not a standing visit of this draw. Facts: uid."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = say(
        ("“{uid}”不是本次抽查中待检查的污染源", "已抽中且未替换、未取消的污染源", "请核对污染源编号。"),
        (
            "“{uid}” is not a standing visit of this draw",
            "drawn, not replaced, not cancelled",
            "Check the id.",
        ),
    )


class NotOnTeam(Problem):
    """The officer to be substituted is not on the team. Facts: uid, oid."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = say(
        ("“{oid}”不在“{uid}”的检查组内", "检查组现有成员", "请核对人员编号。"),
        ("“{oid}” is not on the team of “{uid}”", "a member of the team", "Check the id."),
    )


class NoReserve(Problem):
    """The stratum has no reserve rank left. Facts: stratum."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = say(
        ("类别“{stratum}”已无备选污染源", "尚未使用的备选名次", "只能取消该次检查。"),
        (
            "Stratum “{stratum}” has no reserve left",
            "an unused reserve rank",
            "The visit can only be cancelled.",
        ),
    )


class NoSubstitute(Problem):
    """Nobody may step in. Facts: uid."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = say(
        (
            "“{uid}”没有可替补的执法人员",
            "未回避、不在组内且保持检查组合法的人员",
            "请改期，或按规定取消该次检查。",
        ),
        ("Nobody may step in at “{uid}”", "an officer not banned and not on the team", "Postpone or cancel."),
    )
