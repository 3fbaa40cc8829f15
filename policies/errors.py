"""The error tree. Every error says what was expected, what came, where, and what to do.

The sentences live once, on the class, in Chinese and English; a raise site gives only the facts.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from policies.error_words import THINGS

Kind = Literal["invalid", "forbidden", "missing", "conflict", "unavailable", "failed"]
Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences of one error class; `{name}` is filled from the facts of the raise site.

    Attributes:
        title: what happened, one line.
        expected: what would have been right.
        remedy: what the person can do now.
    """

    title: str
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where bad input stands. Any part may be unknown; rows and lines count from 1.

    Attributes:
        file: name of the file, never a path of the server.
        sheet: name of the worksheet.
        row: row of the sheet as the spreadsheet shows it.
        column: heading or letter of the column, or field name.
        line: line of a text file.
    """

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    line: int | None = None

    def text(self, language: Language = "zh") -> str:
        """The known parts, outermost first, joined for a person to read."""
        names = {
            "zh": ("文件 {}", "工作表 {}", "第 {} 行", "列 {}", "第 {} 行"),
            "en": ("file {}", "sheet {}", "row {}", "column {}", "line {}"),
        }[language]
        parts = (self.file, self.sheet, self.row, self.column, self.line)
        return "，".join(n.format(p) for n, p in zip(names, parts, strict=True) if p is not None)


class Problem(Exception):
    """Base of every expected failure.

    Args:
        got: what came, as given (shortened by the caller when long).
        where: the place of the bad input, when it has one.
        basis: citation of the clause the refusal rests on, when there is one.
        facts: named values for the sentences; one that is words itself is given as {"zh": …, "en": …}.
    """

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("处理失败", "—", "请检查输入后重试。"),
        "en": Wording("The request failed", "—", "Check the input and try again."),
    }

    def __init__(
        self, got: object = "", *, where: Place | None = None, basis: str | None = None, **facts: Any
    ) -> None:
        self.got = str(got)
        self.where = where or Place()
        self.basis = basis
        self.facts = facts
        super().__init__(self.line())

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors come back from workers whole; the default would call `__init__` without the facts."""
        return _revive, (type(self), self.args, self.__dict__)

    @property
    def code(self) -> str:
        """Stable name of the error class, used in JSON and in logs."""
        return type(self).__name__

    def wording(self, language: Language = "zh") -> Wording:
        """The sentences with the facts filled in."""
        told = {name: _in(value, language) for name, value in self.facts.items()}
        facts = {"got": self.got, "where": self.where.text(language), **told}
        raw = self.words[language]
        return Wording(raw.title.format(**facts), raw.expected.format(**facts), raw.remedy.format(**facts))

    def line(self, language: Language = "zh") -> str:
        """One readable line: title, expected, got, where, remedy."""
        words = self.wording(language)
        names = {
            "zh": ("应为", "实际", "位置", "依据", "处理"),
            "en": ("expected", "got", "where", "basis", "do"),
        }
        parts = (words.expected, self.got, self.where.text(language), self.basis, words.remedy)
        tail = [f"{n}：{p}" for n, p in zip(names[language], parts, strict=True) if p and p != "—"]
        return "；".join([words.title, *tail])

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """JSON form: code, title, expected, got, where, basis, remedy."""
        words = self.wording(language)
        return {
            "code": self.code,
            "title": words.title,
            "expected": words.expected,
            "got": self.got,
            "where": self.where.text(language),
            "basis": self.basis,
            "remedy": words.remedy,
        }


def _in(value: Any, language: Language) -> Any:
    return value.get(language, value["zh"]) if isinstance(value, dict) and "zh" in value else value


def _revive(kind: type[Problem], args: tuple[Any, ...], state: dict[str, Any]) -> Problem:
    problem = kind.__new__(kind, *args)
    problem.__dict__.update(state)
    return problem


class Forbidden(Problem):
    """The principal may not do this. Strangers never see it: the edge answers as for `Missing`."""

    kind: ClassVar[Kind] = "forbidden"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有权限", "具有“{action}”权限的岗位", "请本单位管理员核对岗位，或切换到相应单位。"),
        "en": Wording("Not allowed", "a role that may “{action}”", "Ask your bureau's administrator."),
    }

    def __init__(self, got: object = "", *, action: str | dict[Language, str] = "", **facts: Any) -> None:
        super().__init__(got, action=action, **facts)


class Missing(Problem):
    """Nothing of that name is visible from the caller's scope."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有找到", "本单位可见的{what}", "请核对编号；可能已撤回，或属于其他单位。"),
        "en": Wording("Not found", "{what} visible to you", "Check the identifier."),
    }

    def __init__(self, got: object = "", *, what: str = "记录", **facts: Any) -> None:
        super().__init__(got, what={"zh": what, "en": THINGS.get(what, what)}, **facts)
