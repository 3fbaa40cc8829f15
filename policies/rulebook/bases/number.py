"""A fixed number of visits, whatever the counts. Basis: obligation 18 (plans in 家次)."""

from fractions import Fraction
from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Member, Ratio, Unit


class Number(Base):
    """So many visits."""

    name: ClassVar[str] = "number"
    zh: ClassVar[str] = "固定数量"
    en: ClassVar[str] = "a fixed number"
    help_zh: ClassVar[str] = "文件直接写家次数时选这一项；多于实有家数的，以实有为限。"
    help_en: ClassVar[str] = "Choose this where the text states a number of visits."
    members: ClassVar[tuple[Member, ...]] = (
        Member("value", "integer", "数量", "number", "家次", "visits", least=0),
    )

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """The number."""
        return int(ratio.amount)

    def measure(self, ratio: Ratio) -> tuple[Unit, Fraction] | None:
        """The number."""
        return "visits", ratio.amount

    def words(self, ratio: Ratio, language: Language) -> str:
        """12 家次."""
        return f"{ratio.amount} 家次" if language == "zh" else f"{ratio.amount} visits"
