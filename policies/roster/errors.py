"""Faults of single cells of a roster file. They are collected, not raised: no row hides the next."""

from typing import Any, ClassVar

from policies.errors import Language, Place, Problem, Wording

Words = dict[Language, Wording]


class RowError(Problem):
    """A fault of one cell.

    Args:
        got: text of the cell.
        where: file, sheet, spreadsheet row and heading.
        cell: address of the cell such as "C7"; "" when the file has no such column.
        facts: named values for the sentences.
    """

    words: ClassVar[Words] = {
        "zh": Wording("单元格有误", "—", "请改正后重新导入该行。"),
        "en": Wording("A cell is wrong", "—", "Correct it and import the row again."),
    }

    def __init__(self, got: object = "", *, where: Place, cell: str = "", **facts: Any) -> None:
        super().__init__(got, where=where, **facts)
        self.cell = cell

    @property
    def sheet(self) -> str | None:
        """Worksheet, None for csv."""
        return self.where.sheet

    @property
    def row(self) -> int:
        """Spreadsheet row."""
        return self.where.row or 0

    @property
    def column(self) -> str:
        """Heading of the column."""
        return self.where.column or ""

    @property
    def expected(self) -> str:
        """What would have been right, in Chinese."""
        return self.wording().expected

    @property
    def found(self) -> str:
        """What the cell holds."""
        return self.got

    @property
    def remedy(self) -> str:
        """What to do, in Chinese."""
        return self.wording().remedy

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """JSON form of a problem, with sheet, row, column and cell apart."""
        place = {"sheet": self.sheet, "row": self.row, "column": self.column, "cell": self.cell}
        return {**super().as_dict(language), **place}


class MissingValue(RowError):
    """A cell the bureau's profile requires is empty."""

    words: ClassVar[Words] = {
        "zh": Wording("必填项为空", "填写“{column}”", "请补填后重新导入该行。"),
        "en": Wording(
            "A required cell is empty", "a value for “{column}”", "Fill it in and import the row again."
        ),
    }


class StrayCells(RowError):
    """Filled cells under no heading: usually a comma or a shifted row."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "标题以外的列有内容", "每个单元格都在标题之下", "请检查该行是否错位或多了分隔符，删去多余单元格。"
        ),
        "en": Wording(
            "Cells under no heading", "every cell under a heading", "Look for a shifted row or stray comma."
        ),
    }


class UnknownValue(RowError):
    """A word that is not on the list."""

    words: ClassVar[Words] = {
        "zh": Wording("不认识的取值", "以下之一：{allowed}", "请改为“参数”工作表中所列的取值。"),
        "en": Wording("Unknown value", "one of: {allowed}", "Use a value from the parameter sheet."),
    }


class BadNumber(RowError):
    """Not a number, or out of range."""

    words: ClassVar[Words] = {
        "zh": Wording("数字有误", "{low} 至 {high} 之间的数", "请改正后重新导入该行。"),
        "en": Wording("Bad number", "a number from {low} to {high}", "Correct it and import the row again."),
    }


class BadDate(RowError):
    """Text that is no date."""

    words: ClassVar[Words] = {
        "zh": Wording("日期有误", "{form}", "请改为如 {example} 的写法。"),
        "en": Wording("Bad date", "{form}", "Write it like {example}."),
    }
