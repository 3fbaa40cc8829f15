"""The bases a ratio may have, one file each; `registry` lists them."""

from policies.rulebook.bases.base import Base, BaseForm, Kind, Language, Member, Ratio
from policies.rulebook.bases.filling import PER, filled
from policies.rulebook.bases.registry import BASES, FORM

__all__ = ["BASES", "FORM", "PER", "Base", "BaseForm", "Kind", "Language", "Member", "Ratio", "filled"]
