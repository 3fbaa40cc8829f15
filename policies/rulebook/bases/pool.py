"""Pool ÷ N: one of every N sites of the class. Basis: obligation 14, the other reading of 1:10."""

from fractions import Fraction
from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Member, Ratio, Unit, ceil


class Pool(Base):
    """One visit for every N sites of the class."""

    name: ClassVar[str] = "pool"
    zh: ClassVar[str] = "按单位数（每 N 家抽 1 家）"
    en: ClassVar[str] = "by sites (one of every N)"
    help_zh: ClassVar[str] = "文件写“每 10 家抽 1 家”或 1∶10 的后项是单位总数时选这一项，填 10。"
    help_en: ClassVar[str] = "Choose this where the text means one of every ten sites; enter 10."
    members: ClassVar[tuple[Member, ...]] = (
        Member("by", "integer", "每几家抽一家", "one of every", "家", "sites"),
    )
    proportional: ClassVar[bool] = True

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Pool ÷ by."""
        return ceil(pool / ratio.amount)

    def measure(self, ratio: Ratio) -> tuple[Unit, Fraction] | None:
        """1 of by."""
        return "sites", 1 / ratio.amount

    def words(self, ratio: Ratio, language: Language) -> str:
        """单位数÷10."""
        return f"单位数÷{ratio.amount}" if language == "zh" else f"sites ÷ {ratio.amount}"
