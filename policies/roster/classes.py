"""企业分类: base class and the special flag beside it. Basis: 西环〔2024〕3号 一（三）."""

from policies.roster.cells import Cells, split_words
from policies.roster.columns import CLASSES
from policies.roster.errors import UnknownValue
from policies.roster.outcome import SiteContext
from policies.roster.remarks import KeyWithoutBasis, NotOnKeyList, SpecialWithoutBase, SpecialWithoutEvidence
from policies.roster.site_errors import CasesWithoutSpecial, ClassContradiction, KeyListContradiction

_WORDS = {
    **dict.fromkeys(("一般", "一般排污企业", "一般排污单位", "一般污染源", "一般企业"), "general"),
    **dict.fromkeys(("重点", "重点排污企业", "重点排污单位", "重点污染源", "重点企业", "重点监管"), "key"),
    **dict.fromkeys(("特殊", "特殊监管对象", "特殊监管", "特殊企业"), "special"),
}


def read_class(cells: Cells, context: SiteContext, codes: tuple[str, ...]) -> tuple[bool, bool]:
    """(key, special) of a row.

    Args:
        cells: the row.
        context: for the city's key list.
        codes: site code and credit code, to be looked up in the list.
    """
    known = _WORDS | {word: code for code, words in context.classes.items() for word in words}
    text = cells.text("site_class")
    parts = (text,) if text in known else split_words(text)
    unknown = [p for p in parts if p not in known]
    if unknown:
        own = tuple(word for words in context.classes.values() for word in words)
        cells.fail(UnknownValue, "site_class", allowed="；".join(dict.fromkeys((*CLASSES, *own))))
        return False, False
    kinds = {known[p] for p in parts}
    if {"general", "key"} <= kinds:
        cells.fail(ClassContradiction, "site_class")
    special = "special" in kinds
    if kinds == {"special"}:
        return _base_from_list(cells, context, codes), True
    _compare(cells, context, codes, key="key" in kinds)
    return "key" in kinds, special


def _listed(context: SiteContext, codes: tuple[str, ...]) -> bool:
    return context.key_list is not None and any(c in context.key_list for c in codes if c)


def _base_from_list(cells: Cells, context: SiteContext, codes: tuple[str, ...]) -> bool:
    key = _listed(context, codes)
    base, other = ("重点", "一般") if key else ("一般", "重点")
    cells.warn(SpecialWithoutBase, "site_class", base=base, other=other)
    return key


def _compare(cells: Cells, context: SiteContext, codes: tuple[str, ...], *, key: bool) -> None:
    """Sites of the city's list must be key; more key sites than the list has are the county's right."""
    listed = _listed(context, codes)
    if listed and not key and cells.text("site_class"):
        cells.fail(KeyListContradiction, "site_class")
    if key and context.key_list is not None and not listed:
        cells.warn(NotOnKeyList, "site_class")
    if key and not key_basis(cells, context, codes, key=True):
        cells.warn(KeyWithoutBasis, "class_basis")


def key_basis(cells: Cells, context: SiteContext, codes: tuple[str, ...], *, key: bool) -> str:
    """Why a site is key: what the row says, else the published list that names it."""
    said = cells.text("class_basis")
    return said or (context.key_basis if key and _listed(context, codes) else "")


def special_cases(cells: Cells, context: SiteContext, *, special: bool) -> tuple[str, ...]:
    """Codes of the criteria a special site meets, given as words or codes; as typed where no rule names any.

    Basis: 昆区分局方案 五、3 and 西环〔2024〕3号 一（四） name the cases; evidence lets others check them.
    """
    known = {word: code for code, word in context.special_cases.items()}
    known |= {code: code for code in context.special_cases}
    text = cells.text("special_cases")
    given = cells.words("special_cases", known) if known else split_words(text)
    if text and not special:
        cells.fail(CasesWithoutSpecial, "special_cases")
    if special and known and not (given and cells.text("special_evidence")):
        cells.warn(SpecialWithoutEvidence, "special_cases", allowed="、".join(context.special_cases.values()))
    return given
