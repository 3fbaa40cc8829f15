"""Staff × N: so many visits for each officer on post. Basis: obligation 14 (1:10, 1:7)."""

from fractions import Fraction
from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Member, Ratio, Unit, ceil


class Staff(Base):
    """Visits in proportion to the officers, e.g. 1:10 of staff."""

    name: ClassVar[str] = "staff"
    zh: ClassVar[str] = "按执法人员数（1∶N）"
    en: ClassVar[str] = "by officers (1:N)"
    help_zh: ClassVar[str] = "文件写“不低于 1∶10”且前项是人员时选这一项，填 10。"
    help_en: ClassVar[str] = "Choose this where the text says 1:10 and the 1 is an officer; enter 10."
    members: ClassVar[tuple[Member, ...]] = (
        Member("times", "integer", "每名人员对应", "for each officer", "家次", "visits"),
    )
    of_staff: ClassVar[bool] = True

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Times × staff."""
        return ceil(ratio.amount * staff)

    def measure(self, ratio: Ratio) -> tuple[Unit, Fraction] | None:
        """Times."""
        return "staff", ratio.amount

    def words(self, ratio: Ratio, language: Language) -> str:
        """人员数×10."""
        return f"人员数×{ratio.amount}" if language == "zh" else f"officers × {ratio.amount}"
