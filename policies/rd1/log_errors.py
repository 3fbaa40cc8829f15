"""Refusals about the public log: notes, keys, proofs, trust files."""

from typing import ClassVar

from policies.errors import Kind, Problem
from policies.rd1.form_errors import ASK, TELL, Words, say


class BadVerifierKey(Problem):
    """A verifier key is not in the form name+id+base64, or its id does not fit."""

    words: ClassVar[Words] = say(
        ("公钥格式不符", "名称+8 位十六进制+Base64（C2SP 格式）", "请向日志或见证单位重新索取公钥。"),
        (
            "Not a verifier key",
            "name+8 hex digits+base64 (C2SP)",
            "Ask the log or witness for its key again.",
        ),
    )


class BadTrust(Problem):
    """The trust file cannot be used."""

    words: ClassVar[Words] = say(
        (
            "信任文件格式不符",
            "log VKEY、witness VKEY 各行，及一行 need N（1 ≤ N ≤ 见证数）",
            "请使用从可信渠道取得的信任文件。",
        ),
        (
            "The trust file cannot be used",
            "lines log VKEY, witness VKEY and one need N (1 to the number of witnesses)",
            "Use the trust file you got from a source you trust.",
        ),
    )


class BadExpected(Problem):
    """A line of the list of expected draws cannot be read."""

    words: ClassVar[Words] = say(
        (
            "应抽单位清单有一行无法读取",
            "单位代码 类别 起始周期 [item=…] [subject=…] [days=N]，如 411721 routine 2026Q1",
            "请更正该行。",
        ),
        (
            "A line of the list of expected draws cannot be read",
            "BUREAU KIND FROM [item=…] [subject=…] [days=N], e.g. 411721 routine 2026Q1",
            "Correct that line.",
        ),
    )


class BadNote(Problem):
    """A signed note or checkpoint is not in its form."""

    words: ClassVar[Words] = say(
        ("检查点格式不符", "C2SP signed-note / tlog-checkpoint", ASK[0]),
        ("The checkpoint has the wrong form", "C2SP signed-note / tlog-checkpoint", ASK[1]),
    )


class BadSignature(Problem):
    """A known key's signature does not verify, or the log's is missing. Facts: name."""

    words: ClassVar[Words] = say(
        ("签名无效或缺失：{name}", "信任文件所列公钥的有效签名", TELL[0]),
        (
            "Signature missing or not valid: {name}",
            "a valid signature of the key in the trust file",
            TELL[1],
        ),
    )


class TooFewWitnesses(Problem):
    """Not enough witnesses, or not before the limit. Facts: path, needed."""

    words: ClassVar[Words] = say(
        ("见证签名不足：{path}", "至少 {needed} 个不同见证", TELL[0]),
        ("Too few witnesses: {path}", "at least {needed} different witnesses", TELL[1]),
    )


class TooManyWitnesses(Problem):
    """A note has room for so many signature lines only. Facts: limit."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = say(
        ("见证人已满", "至多 {limit} 个见证公钥", "请先与系统管理员商定保留哪些见证人。"),
        ("No room for more witnesses", "at most {limit} witness keys", "Agree first which ones stay."),
    )


class NotLogged(Problem):
    """An entry the protocol requires is not in the bundle's part of the log. Facts: what."""

    words: ClassVar[Words] = say(
        ("公开日志中缺少应有的记录：{what}", "日志中有该记录及其证明", TELL[0]),
        ("The log lacks a required entry: {what}", "the entry with its proof", TELL[1]),
    )


class LogDiffers(Problem):
    """A logged value is not the recomputed one. Facts: path, expected."""

    words: ClassVar[Words] = say(
        ("与公开日志记录不一致：{path}", "{expected}", TELL[0]),
        ("Not what the log says: {path}", "{expected}", TELL[1]),
    )


class LoggedLate(Problem):
    """Something was logged or witnessed on the wrong side of a moment. Facts: what, expected."""

    words: ClassVar[Words] = say(
        ("先后次序不符：{what}", "{expected}", TELL[0]),
        ("Wrong order in time: {what}", "{expected}", TELL[1]),
    )


class ProofFalse(Problem):
    """An inclusion proof does not lead to the checkpoint's root. Facts: path."""

    words: ClassVar[Words] = say(
        ("包含性证明不成立：{path}", "由该记录可算得检查点的根", TELL[0]),
        ("The inclusion proof does not hold: {path}", "a path to the checkpoint's root", TELL[1]),
    )


class LogTwisted(Problem):
    """The log contradicts itself. Facts: what."""

    words: ClassVar[Words] = say(
        ("公开日志自相矛盾：{what}", "时间不倒退，每个序号一条记录，每个抽查号一份清单", TELL[0]),
        (
            "The log contradicts itself: {what}",
            "times never decrease, one entry an index, one manifest a draw number",
            TELL[1],
        ),
    )


class EscrowFalse(Problem):
    """The superior's attestation is not signed by a trusted witness key. Facts: by."""

    words: ClassVar[Words] = say(
        ("上级封存确认的签名无效：{by}", "信任文件所列见证的有效签名", TELL[0]),
        ("The escrow is not validly signed: {by}", "a valid signature of a trusted witness", TELL[1]),
    )
