"""Errors of the law files: each says what is wrong, in which file and line, and what to write instead."""

from typing import ClassVar

from policies.errors import Language, Problem, Wording


class LawProblem(Problem):
    """Base of every fault found in a law file or in a choice made under it."""


class UnreadableLaw(LawProblem):
    """The text is not the YAML this reader accepts."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "规则文件无法读取",
            "键: 值，一行一项，冒号后有空格；不用锚点、别名、标签",
            "按 docs/rules.md 的样例核对缩进、冒号和引号。",
        ),
        "en": Wording(
            "The law file cannot be read",
            "key: value, one per line, a space after the colon; no anchors, aliases or tags",
            "Compare indentation, colons and quotes with docs/rules.md.",
        ),
    }


class UnknownKey(LawProblem):
    """A key the product does not know."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("不认识的键“{key}”", "下列之一：{known}", "改成“{nearest}”，或删去这一行。"),
        "en": Wording("Unknown key “{key}”", "one of: {known}", "Write “{nearest}”, or delete the line."),
    }


class DuplicateKey(LawProblem):
    """The same key twice in one mapping."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "键“{key}”写了两次", "每个键只写一次", "保留一处；同一键的多个时段写成同一列表里的多项。"
        ),
        "en": Wording(
            "Key “{key}” is written twice",
            "each key once",
            "Keep one; several periods of a key are items of one list.",
        ),
    }


class FloatRefused(LawProblem):
    """A decimal or other inexact number."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "不接受小数",
            "整数，或精确分数，如 1/5、1/8、25%",
            "把小数改写成分数：0.2 写 1/5，12.5% 写 1/8；比例 1:10 写 base: staff, times: 10。",
        ),
        "en": Wording(
            "Decimals are not accepted",
            "an integer or an exact fraction such as 1/5",
            "Write the fraction: 0.2 is 1/5; a ratio 1:10 is base: staff, times: 10.",
        ),
    }


class MissingBasis(LawProblem):
    """A value without date, text, clause, mark or the day it was checked."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "“{key}”缺少“{field}”",
            "每个数值都写明 effective、text、clause、mark、checked_on",
            "补上“{field}”；同一文件的共同出处可写在开头的 source 里。",
        ),
        "en": Wording(
            "“{key}” lacks “{field}”",
            "every value states effective, text, clause, mark and checked_on",
            "Add “{field}”; what a whole file shares may stand under source.",
        ),
    }


class BadValue(LawProblem):
    """The value does not have the form its key asks for."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("“{key}”的值不对", "{expected}", "按 docs/rules.md 中“{key}”的格式改写。"),
        "en": Wording(
            "The value of “{key}” is wrong", "{expected}", "Follow the format of “{key}” in docs/rules.md."
        ),
    }


class OverlappingDates(LawProblem):
    """Two values of one key hold on the same day."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "“{key}”的两个时段重叠",
            "时段前后相接；另一处见第 {other} 行",
            "改 effective 或 until；新文件生效时旧值自动失效，不必写 until。",
        ),
        "en": Wording(
            "Two periods of “{key}” overlap",
            "periods that follow each other; the other stands in line {other}",
            "Change effective or until; a newer value ends the older by itself.",
        ),
    }


class BadQuote(LawProblem):
    """A sentence and its mark go together: `quoted` where we hold the text, `stated` for a bureau's own."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "“{key}”的引文与标记不符",
            "mark: quoted 或 stated 必有 quote，其他标记不能有；规则文件不能用 stated，自选规则不能用 quoted",
            "规则文件有原文的照抄并标 quoted；单位登记自己的文件标 stated；"
            "没有原文就删去 quote，改标 confirmed、secondary、unverified 或 default。",
        ),
        "en": Wording(
            "Quote and mark of “{key}” disagree",
            "a quote with mark quoted (law files) or stated (a bureau's own rows), and only there",
            "Law files mark a copied sentence quoted, a bureau entering its own text marks it stated; "
            "without a sentence delete the quote and choose another mark.",
        ),
    }


class BadPlace(LawProblem):
    """A file outside the jurisdiction tree."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "规则文件放错了位置",
            "CN/…/六位区划代码/名称.yaml，逐级向下",
            "按省、市、县的区划代码建文件夹后放入。",
        ),
        "en": Wording(
            "The law file stands in the wrong place",
            "CN/…/six-digit division code/name.yaml",
            "Put it into folders named by the codes of province, city and county.",
        ),
    }
