"""Refusals of the draw ceremony: dates, commitments, escrow, witnesses, state."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from tenants.errors import SecondDraw as KeptSecondDraw


class OutsideWindow(Problem):
    """A draw is prepared or frozen on a day the bureau's rules do not allow for the period."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "不在规定的抽取时间内",
            "{period} 的抽取日期在 {first} 至 {last} 之间",
            "请把抽取安排在窗口期内；如本单位规定不同，请先在规则中登记依据。",
        ),
        "en": Wording(
            "Outside the draw window",
            "a day from {first} to {last} for {period}",
            "Plan the draw inside the window, or enter the bureau's own rule with its basis first.",
        ),
    }


class BadDates(Problem):
    """The three dates of a draw are not in order: frozen, then beacon, then reveal."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "日期顺序不对",
            "冻结早于随机信标时间（beacon_at），公开日期（reveal_by）不早于期末 {last}",
            "请改正日期后重试。",
        ),
        "en": Wording(
            "The dates are out of order",
            "frozen before beacon_at, and reveal_by not before the period ends on {last}",
            "Correct the dates and try again.",
        ),
    }


class BadOrder(Problem):
    """What is to be drawn is not named properly."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "抽取内容填写有误",
            "周期如 2026Q1；类别 routine（本单位名录）、overlay 或 audit（下级名录）",
            "请核对周期、类别和名录所属单位。",
        ),
        "en": Wording(
            "The draw is not named properly",
            "a period such as 2026Q1; kind routine (own roster), overlay or audit (a roster below)",
            "Check period, kind and subject.",
        ),
    }


class SecondDraw(KeptSecondDraw):
    """One draw that is not void exists already for bureau, subject, item, kind and period."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "本期已经抽取过",
            "同一单位、对象、事项、类别、期间只有一次未作废的抽取",
            "请使用第 {draw_no} 号抽取；未冻结的可修改（shuangsui draw amend {draw_no}），"
            "已冻结而确需重抽的，须先作废（作废的名单立即公开）。",
        ),
        "en": Wording(
            "This period has its draw already",
            "one draw that is not void per bureau, subject, item, kind and period",
            "Use draw no. {draw_no}: amend it while it is not frozen (shuangsui draw amend {draw_no});"
            " once frozen, a new one needs the old one voided, which opens it at once.",
        ),
    }


class CommitmentsMissing(Problem):
    """Not every role has committed its secret."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("承诺不齐", "{need} 均已提交承诺", "请缺少的一方在自己的设备上生成密钥并提交承诺。"),
        "en": Wording(
            "A commitment is missing", "commitments of {need}", "The missing role commits on its own device."
        ),
    }


class CommitmentTaken(Problem):
    """The role has committed already; a commitment is never replaced."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该方已提交过承诺",
            "每次抽取每一方只有一个承诺",
            "请使用已提交的承诺；如密钥遗失，由上级副本补交。",
        ),
        "en": Wording(
            "This role has committed already", "one commitment per role and draw", "Use the one submitted."
        ),
    }


class BadCommitment(Problem):
    """A commitment or its sealed copy does not have the form rd1 asks for."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "承诺格式不对",
            "角色为 bureau 或 witness，64 位十六进制承诺值，并附密封给上级的副本",
            "请用 shuangsui secret make 重新生成。",
        ),
        "en": Wording(
            "Not a commitment",
            "role bureau or witness, 64 hex digits and the copy sealed to the superior",
            "Make it again with: shuangsui secret make.",
        ),
    }


class CommitmentMismatch(Problem):
    """A secret handed over does not open the commitment its role made."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "密钥与承诺不符",
            "角色 {role} 当初承诺的 32 字节密钥",
            "请核对设备与抽取编号；确实遗失的，请上级用托管副本补交。",
        ),
        "en": Wording(
            "The secret does not open its commitment",
            "the 32 bytes that role {role} committed to",
            "Check device and draw number; if it is lost, the superior supplies its sealed copy.",
        ),
    }


class NoSuperiorKey(Problem):
    """No witness of the superior with an escrow key is registered."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有登记上级的见证与托管公钥",
            "上级 {superior} 的见证公钥和托管公钥",
            "请上级用 shuangsui witness init 生成密钥，只登记公钥。",
        ),
        "en": Wording(
            "No key of the superior is registered",
            "the witness and escrow public keys of {superior}",
            "The superior runs: shuangsui witness init; only public keys are registered.",
        ),
    }


class EscrowMissing(Problem):
    """The superior has not attested that its sealed copies open the commitments."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "上级尚未出具托管证明", "信标时间之前的 escrow 日志记录", "请上级运行 shuangsui witness attest。"
        ),
        "en": Wording(
            "No escrow attestation", "an escrow entry before beacon_at", "Superior: shuangsui witness attest."
        ),
    }


class EscrowRefused(Problem):
    """The attestation is not a signature of the superior's witness over this manifest."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("托管证明无效", "见证者 {by} 对本次清单指纹的签名", "请上级核对抽取编号后重新出具。"),
        "en": Wording(
            "Bad attestation", "a signature of {by} over this manifest", "The superior attests again."
        ),
    }


class NotWitnessed(Problem):
    """No checkpoint with manifest and escrow was co-signed in time by enough witnesses."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "公开日志尚未得到见证",
            "包含所需记录的检查点，在 {before} 之前由见证者联签",
            "请见证者运行 shuangsui witness cosign；错过信标时间的，须作废后重来。",
        ),
        "en": Wording(
            "The log is not witnessed",
            "a checkpoint with the entries, co-signed before {before}",
            "Witness: shuangsui witness cosign. After beacon_at the draw has to be voided.",
        ),
    }


class CosignatureRefused(Problem):
    """A line offered as cosignature is not one of a registered witness over that checkpoint."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "联签无效", "已登记见证者对该检查点的 cosignature/v1", "请见证者取最新检查点后重新联签。"
        ),
        "en": Wording(
            "Bad cosignature",
            "cosignature/v1 of a registered witness",
            "Fetch the checkpoint and sign again.",
        ),
    }


class LogKeyMismatch(Problem):
    """The log of the database and the signing key on disk do not belong together."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "日志密钥与数据库不符", "签发过最后检查点的密钥", "请恢复 keys 目录的备份，不要生成新密钥。"
        ),
        "en": Wording(
            "Log key and database differ", "the key of the last checkpoint", "Restore the keys folder."
        ),
    }


class BeaconTooEarly(Problem):
    """The beacon may only be read after `beacon_at`, so nobody can choose lists to suit it."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("随机信标时间未到", "{beacon_at} 之后产生的信标", "请等到信标时间再宣读、录入。"),
        "en": Wording("Too early for the beacon", "a beacon born after {beacon_at}", "Wait until beacon_at."),
    }


class BeaconMissing(Problem):
    """Secrets are handed over only after the beacon stands in the public log. Basis: rd1 §3."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "随机信标尚未录入",
            "信标已记入公开日志",
            "请先录入信标（shuangsui draw beacon），之后各方再交出自己的密钥。",
        ),
        "en": Wording(
            "There is no beacon yet",
            "the beacon in the public log",
            "Enter the beacon first (shuangsui draw beacon); only then is any secret told.",
        ),
    }


class SecretsMissing(Problem):
    """Not every role has handed over its secret after the beacon."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "密钥尚未交齐",
            "{need} 在信标之后各自交出密钥",
            "请缺少的一方运行 shuangsui draw reveal；遗失的，由上级用托管副本补交。",
        ),
        "en": Wording(
            "A secret is still missing",
            "the secrets of {need}, handed over after the beacon",
            "The missing role runs shuangsui draw reveal; a lost one is supplied from its sealed copy.",
        ),
    }


class BeaconPassed(Problem):
    """Freezing and escrow must be done before `beacon_at`."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "随机信标时间已过",
            "在 {beacon_at} 之前完成",
            "未冻结的，请改期（shuangsui draw amend）；已冻结的，须作废重来。",
        ),
        "en": Wording(
            "beacon_at has passed", "done before {beacon_at}", "Not frozen: amend its dates; frozen: void it."
        ),
    }


class BeaconFixed(Problem):
    """Another beacon was recorded for this draw; the first one stands."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("信标已经记录", "与已记录的信标相同", "信标只有一次；用已记录的信标完成抽取。"),
        "en": Wording(
            "The beacon is fixed", "the beacon recorded first", "Complete the draw with the recorded beacon."
        ),
    }


class StillOutstanding(Problem):
    """A draw opens when every drawn visit is done or cancelled."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "还有未完成的检查", "全部完成或依规取消", "还有 {count} 家；到公开日期由上级开启其副本。"
        ),
        "en": Wording("Visits are outstanding", "all done or cancelled", "{count} remain; see reveal_by."),
    }


class ResultDiffers(Problem):
    """A repeated computation gave another root: the stored lists or keys are damaged."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("重算结果与已公布的不一致", "{need}", "请停止操作，保全数据库并通知审计。"),
        "en": Wording(
            "Recomputed result differs", "{need}", "Stop, preserve the database, tell the auditors."
        ),
    }


class NoPlan(Problem):
    """There is no approved plan to draw by."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有已批准的年度计划", "{year} 年度已批准的计划", "请先编制并由他人批准年度计划。"),
        "en": Wording(
            "No approved plan", "an approved plan for {year}", "Make the plan; someone else approves it."
        ),
    }


class ReasonMissing(Problem):
    """A void needs a reason that can be published."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有写明作废理由", "可公开的作废理由", "请写明理由，不要写企业或人员名称。"),
        "en": Wording("No reason given", "a reason that can be published", "State the reason without names."),
    }


class PlanStale(Problem):
    """The approved plan cannot be rebuilt: rules behind it were changed after it was made."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "年度计划已过时", "与当时规则一致的 {year} 年度计划", "规则已有更改，请重新编制并批准计划。"
        ),
        "en": Wording(
            "The plan is out of date", "a plan of {year} that follows its rules", "Make and approve it again."
        ),
    }


class DrawerOnTeam(Problem):
    """Who runs a draw is an officer who could be on its teams."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "抽取人本人在可抽取的执法人员之中",
            "冻结时上限为 0 的抽取人",
            "请由准备或冻结本次抽取的人员操作。",
        ),
        "en": Wording(
            "The drawer could be drawn", "a drawer frozen with cap 0", "Let the one who froze it run it."
        ),
    }


class KeyReplaced(Problem):
    """A registered witness key is not replaced under the same name: old cosignatures would not verify."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("该见证名称已登记其他公钥", "与已登记一致的公钥", "换钥请使用新的见证名称。"),
        "en": Wording(
            "The witness name has other keys", "the registered keys", "Use a new name for a new key."
        ),
    }
