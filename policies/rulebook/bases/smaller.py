"""The smaller of several ratios ("以少者为准"). Basis: published rules such as "1:5 of staff or 20 %"."""

from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Member, Ratio, parts_said


class Smaller(Base):
    """The smallest of its parts."""

    name: ClassVar[str] = "smaller"
    zh: ClassVar[str] = "几项比例取小"
    en: ClassVar[str] = "the smaller of several"
    help_zh: ClassVar[str] = "文件写了两种算法、任选其一即可时选这一项，逐项填写。"
    help_en: ClassVar[str] = "Choose this where the text names two ways to count and either will do."
    members: ClassVar[tuple[Member, ...]] = (Member("of", "parts", "各项比例", "ratios compared"),)

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Smallest of the parts, compared by the year where their spans differ."""
        return min(part.over(ratio.per, pool, staff) for part in ratio.of)

    def which(self, ratio: Ratio, pool: int, staff: int) -> int:
        """The first of the smallest."""
        numbers = [part.over(ratio.per, pool, staff) for part in ratio.of]
        return numbers.index(min(numbers))

    def counts_staff(self, ratio: Ratio) -> bool:
        """When any part does."""
        return any(part.counts_staff() for part in ratio.of)

    def words(self, ratio: Ratio, language: Language) -> str:
        """人员数×5或20%取小."""
        joined = ("或" if language == "zh" else ", ").join(parts_said(ratio, language))
        return f"{joined}取小" if language == "zh" else f"the smaller of {joined}"
