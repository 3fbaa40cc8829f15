"""So many visits for every few officers: 1:2.5 of staff is five for every two. Basis: obligation 14."""

from fractions import Fraction
from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Member, Ratio, Unit, ceil


class StaffGroup(Base):
    """Visits in proportion to the officers where the ratio is no whole number, e.g. 1:2.5."""

    name: ClassVar[str] = "staff-group"
    zh: ClassVar[str] = "按执法人员数（每几名人员几家次）"
    en: ClassVar[str] = "by officers (for every few of them)"
    help_zh: ClassVar[str] = "文件写 1∶2.5 这类带小数的人员比例时选这一项：每 2 名人员 5 家次。"
    help_en: ClassVar[str] = "Choose this for a ratio of staff such as 1:2.5: five visits for every two."
    members: ClassVar[tuple[Member, ...]] = (
        Member("times", "integer", "家次", "visits", "家次", "visits"),
        Member("each", "integer", "每几名人员", "for every", "名人员", "officers"),
    )
    of_staff: ClassVar[bool] = True

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Times × staff ÷ each."""
        return ceil(ratio.amount * staff / ratio.member("each"))

    def measure(self, ratio: Ratio) -> tuple[Unit, Fraction] | None:
        """Times ÷ each."""
        return "staff", ratio.amount / ratio.member("each")

    def words(self, ratio: Ratio, language: Language) -> str:
        """每2名人员5家次."""
        each = ratio.member("each")
        if language == "zh":
            return f"每 {each} 名人员 {ratio.amount} 家次"
        return f"{ratio.amount} visits for every {each} officers"
