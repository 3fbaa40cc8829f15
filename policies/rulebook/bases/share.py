"""A share of the class, with or without an upper end. Basis: obligations 13 and 16 (20 %, 25 %, 10–15 %)."""

from fractions import Fraction
from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Member, Ratio, Unit, ceil, percent


class Share(Base):
    """A part of the class, e.g. 20 % or 10–15 %."""

    name: ClassVar[str] = "share"
    zh: ClassVar[str] = "按百分比"
    en: ClassVar[str] = "a share of the sites"
    help_zh: ClassVar[str] = "文件写百分数时选这一项，填 20% 或 1/5；写区间（10—15%）的两端都填。"
    help_en: ClassVar[str] = "Choose this for a percentage: 20% or 1/5; enter both ends of a range."
    members: ClassVar[tuple[Member, ...]] = (
        Member("value", "share", "不低于", "at least", "（如 20%）", "(e.g. 20%)"),
        Member("most", "share", "不高于（只有区间才填）", "at most (ranges only)", required=False),
    )
    proportional: ClassVar[bool] = True

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Share × pool."""
        return ceil(ratio.amount * pool)

    def measure(self, ratio: Ratio) -> tuple[Unit, Fraction] | None:
        """The share itself."""
        return "sites", ratio.amount

    def fault(self, ratio: Ratio) -> str:
        """A range begins below its end."""
        return "most 不小于 value" if ratio.most is not None and ratio.most < ratio.amount else ""

    def words(self, ratio: Ratio, language: Language) -> str:
        """25%, or 10%—15%."""
        dash = "—" if language == "zh" else "–"
        return percent(ratio.amount) + (f"{dash}{percent(ratio.most)}" if ratio.most is not None else "")
