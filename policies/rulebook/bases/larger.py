"""The larger of several ratios ("以多者为准"). Basis: published rules such as "1:5 of staff or 20 %"."""

from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Member, Ratio, parts_said


class Larger(Base):
    """The largest of its parts."""

    name: ClassVar[str] = "larger"
    zh: ClassVar[str] = "几项比例取大"
    en: ClassVar[str] = "the larger of several"
    help_zh: ClassVar[str] = "文件写了两种算法、以多的为准时选这一项，逐项填写。"
    help_en: ClassVar[str] = "Choose this where the text names two ways to count and the larger holds."
    members: ClassVar[tuple[Member, ...]] = (Member("of", "parts", "各项比例", "ratios compared"),)

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Largest of the parts, compared by the year where their spans differ."""
        return max(part.over(ratio.per, pool, staff) for part in ratio.of)

    def which(self, ratio: Ratio, pool: int, staff: int) -> int:
        """The first of the largest."""
        numbers = [part.over(ratio.per, pool, staff) for part in ratio.of]
        return numbers.index(max(numbers))

    def counts_staff(self, ratio: Ratio) -> bool:
        """When any part does."""
        return any(part.counts_staff() for part in ratio.of)

    def words(self, ratio: Ratio, language: Language) -> str:
        """人员数×5与20%取大."""
        joined = ("与" if language == "zh" else ", ").join(parts_said(ratio, language))
        return f"{joined}取大" if language == "zh" else f"the larger of {joined}"
