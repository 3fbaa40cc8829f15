"""All sites of the class. Basis: obligation 15 (each special site once a quarter)."""

from fractions import Fraction
from typing import ClassVar

from policies.rulebook.bases.base import Base, Language, Ratio, Unit


class Census(Base):
    """Every site."""

    name: ClassVar[str] = "census"
    zh: ClassVar[str] = "全部检查"
    en: ClassVar[str] = "every site"
    help_zh: ClassVar[str] = "文件要求这一类每家都查时选这一项，不用填数。"
    help_en: ClassVar[str] = "Choose this where every site of the class is to be visited."
    proportional: ClassVar[bool] = True

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """The pool."""
        return pool

    def measure(self, ratio: Ratio) -> tuple[Unit, Fraction] | None:
        """The whole."""
        return "sites", Fraction(1)

    def words(self, ratio: Ratio, language: Language) -> str:
        """全部."""
        return "全部" if language == "zh" else "all"
