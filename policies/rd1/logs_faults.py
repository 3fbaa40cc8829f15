"""What a monitor may have against a log, each fault with a name of its own (protocol §12, §14)."""

from typing import ClassVar

from policies.errors import Kind, Problem
from policies.rd1.form_errors import Words, say

_KEEP = (
    "请保存两份检查点和状态文件作为证据，立即告知见证人、上级和审计人员。",
    "Keep both checkpoints and the state as evidence; tell the witnesses, the superior and the auditors.",
)
_ASK = (
    "请向日志所在单位及其上级反映，要求说明；保存监督报告。",
    "Raise it with the log's keeper and its superior; keep this report.",
)
_LATER = (
    "请稍后重试；仍然缺少的，向日志所在单位反映。",
    "Try again later; if it is still missing, tell the log's keeper.",
)


class LogFault(Problem):
    """Base of a monitor's findings. `index` is the entry it is about; None for the log as a whole."""

    kind: ClassVar[Kind] = "failed"
    index: int | None = None

    def at(self, index: int) -> "LogFault":
        """The same fault, about the entry of that index."""
        self.index = index
        return self


class TwoHistories(LogFault):
    """Two signed checkpoints of one size with different roots: a fork. Facts: size."""

    words: ClassVar[Words] = say(
        ("日志分叉：同一长度 {size} 条，两个不同的根", "与上次见到的根相同", _KEEP[0]),
        ("The log forked: two roots for {size} entries", "the root seen before", _KEEP[1]),
    )


class RolledBack(LogFault):
    """The checkpoint is smaller than one seen before. Facts: size."""

    words: ClassVar[Words] = say(
        ("日志倒退：上次见到 {size} 条，现在更少", "不少于 {size} 条", _KEEP[0]),
        ("The log was rolled back: {size} entries were seen before", "at least {size} entries", _KEEP[1]),
    )


class HistoryRewritten(LogFault):
    """The log grew, but not out of what was seen before. Facts: size."""

    words: ClassVar[Words] = say(
        ("日志被改写：前 {size} 条与上次见到的不同", "只追加，前 {size} 条不变", _KEEP[0]),
        ("History was rewritten within the first {size} entries", "a log that only grows", _KEEP[1]),
    )


class LogGap(LogFault):
    """A file that the checkpoint promises is not there, or too short. Facts: path."""

    words: ClassVar[Words] = say(
        ("日志缺失文件：{path}", "检查点所含的全部条目和哈希块", _LATER[0]),
        ("The log lacks a file: {path}", "every entry and tile under the checkpoint", _LATER[1]),
    )


class EntryAltered(LogFault):
    """An entry is not the one that was hashed into the tree. Facts: which."""

    words: ClassVar[Words] = say(
        ("条目被改动：{which}", "条目的哈希等于树中的叶子，全部条目算得检查点的根", _KEEP[0]),
        ("An entry was altered: {which}", "entries that hash to the checkpoint's root", _KEEP[1]),
    )


class TileAltered(LogFault):
    """A hash tile is not made from the entries. Facts: path."""

    words: ClassVar[Words] = say(
        ("哈希块与条目不符：{path}", "由条目算得的哈希", _ASK[0]),
        ("A tile does not follow from the entries: {path}", "hashes computed from the entries", _ASK[1]),
    )


class EntryUnfit(LogFault):
    """An entry is not in the protocol's form. Facts: which, why."""

    words: ClassVar[Words] = say(
        ("条目格式不符：{which}，{why}", "规范 JSON（RFC 8785），协议第 12 节的字段", _ASK[0]),
        ("An entry has the wrong form: {which}, {why}", "canonical JSON with the fields of §12", _ASK[1]),
    )


class TimeRunsBack(LogFault):
    """`at` decreases, or lies in the future. Facts: which."""

    words: ClassVar[Words] = say(
        ("日志时间不可能：{which}", "不早于前一条，不晚于现在", _ASK[0]),
        ("An impossible time: {which}", "not before the entry before it, not in the future", _ASK[1]),
    )


class ChainBroken(LogFault):
    """A draw number is missing, doubled, or `prev` names another draw. Facts: draw, wanted."""

    words: ClassVar[Words] = say(
        ("抽取链断裂：{draw}", "{wanted}", _ASK[0]),
        ("The chain of draws is broken: {draw}", "{wanted}", _ASK[1]),
    )


class DrawDoubled(LogFault):
    """Two draws stand for one period, neither void. Facts: draw, other."""

    words: ClassVar[Words] = say(
        ("一期两抽：{draw} 与 {other} 都未作废", "每单位、名录、事项、类别、周期至多一次有效抽取", _ASK[0]),
        (
            "Two draws for one period: {draw} and {other}, neither void",
            "at most one draw that is not void per bureau, roster, item, kind and period",
            _ASK[1],
        ),
    )


class EntryStray(LogFault):
    """An entry about a draw the log does not know, or for the second time. Facts: which, why."""

    words: ClassVar[Words] = say(
        ("多余或无主的条目：{which}，{why}", "先有冻结条目，其后各步至多一条", _ASK[0]),
        ("A stray entry: {which}, {why}", "the manifest first, then one entry a step", _ASK[1]),
    )


class ManifestFalse(LogFault):
    """The published manifest is not the logged one, or breaks the beacon's rule. Facts: draw, why."""

    words: ClassVar[Words] = say(
        ("公布的清单与日志不符：{draw}，{why}", "哈希等于日志中的 h，各字段一致", _ASK[0]),
        ("The manifest is not the logged one: {draw}, {why}", "its hash is the logged h", _ASK[1]),
    )


class EscrowMissed(LogFault):
    """No attestation of the superior before the beacon. Facts: draw, limit."""

    words: ClassVar[Words] = say(
        ("上级没有在随机数之前确认封存：{draw}", "早于 {limit} 的封存条目", _ASK[0]),
        ("No escrow before the beacon: {draw}", "an escrow entry before {limit}", _ASK[1]),
    )


class BeaconMissing(LogFault):
    """The beacon's time passed without a beacon entry. Facts: draw, limit."""

    words: ClassVar[Words] = say(
        ("公共随机数没有登记：{draw}", "{limit} 之前登记", _ASK[0]),
        ("The beacon is missing: {draw}", "an entry before {limit}", _ASK[1]),
    )


class BeaconEarly(LogFault):
    """A beacon logged before its time could be chosen. Facts: draw, limit."""

    words: ClassVar[Words] = say(
        ("公共随机数早于规定时间：{draw}", "不早于 {limit}", _ASK[0]),
        ("The beacon came too early: {draw}", "not before {limit}", _ASK[1]),
    )


class ResultMissing(LogFault):
    """The beacon is born, the result is not logged. Facts: draw, limit."""

    words: ClassVar[Words] = say(
        ("结果没有登记：{draw}", "{limit} 之前登记", _ASK[0]),
        ("The result is missing: {draw}", "an entry before {limit}", _ASK[1]),
    )


class ResultLate(LogFault):
    """The result came more than 15 minutes after the beacon was born. Facts: draw, limit."""

    words: ClassVar[Words] = say(
        ("结果迟延登记：{draw}", "{limit} 之前登记；迟延不等于无效，但须说明", _ASK[0]),
        ("The result came late: {draw}", "before {limit}; late is not void, but to be explained", _ASK[1]),
    )


class NotOpened(LogFault):
    """Secrecy ran out and the draw is not opened. Facts: draw, limit."""

    words: ClassVar[Words] = say(
        ("到期没有公开：{draw}", "{limit} 之前公开全部材料", _ASK[0]),
        ("Not opened in time: {draw}", "everything published before {limit}", _ASK[1]),
    )


class DrawAbsent(LogFault):
    """A bureau made no draw for a period it should have. Facts: draw."""

    words: ClassVar[Words] = say(
        ("本期没有抽取：{draw}", "名单所列单位每期一次有效抽取", _ASK[0]),
        ("No draw for the period: {draw}", "one standing draw a period for each bureau listed", _ASK[1]),
    )


class WitnessMissing(LogFault):
    """Fewer witnesses than wanted signed, though there was time. Facts: needed, since."""

    words: ClassVar[Words] = say(
        ("见证联签不足", "至少 {needed} 个不同见证；最新条目已有 {since}", _ASK[0]),
        ("Too few witnesses", "at least {needed}; the newest entry is from {since}", _ASK[1]),
    )
