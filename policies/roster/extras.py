"""A bureau's own fields and names of classes, applied to its template and its rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from policies.roster.cells import Cells
from policies.roster.columns import SITE_LAYOUT, YES_NO
from policies.roster.errors import BadNumber
from policies.roster.tabular import Column, Layout
from policies.rulebook.roster_parts import ExtraField, Section
from policies.terms import Site

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?\Z")
_HINTS: Mapping[str, str] = {
    "text": "本单位字段",
    "number": "本单位字段，数字",
    "date": "本单位字段，年、年-月或年-月-日",
    "yes_no": "本单位字段，填是或否",
    "option": "本单位字段，从列表中选",
}
Extra = tuple[tuple[str, str], ...]
#: Code of a class → what the law calls it, the words every file may use.
CLASS_WORDS: Mapping[str, str] = {"general": "一般", "key": "重点", "special": "特殊"}


def usable(fields: Iterable[ExtraField], layout: Layout = SITE_LAYOUT) -> tuple[ExtraField, ...]:
    """Those whose code and heading the layout has not taken already."""
    codes = {column.key for column in layout.columns}
    names = {name for column in layout.columns for name in (column.heading, *column.aliases)}
    return tuple(one for one in fields if one.code not in codes and one.heading not in names)


def layout_of(
    fields: Sequence[ExtraField], classes: Mapping[str, tuple[str, ...]], layout: Layout = SITE_LAYOUT
) -> Layout:
    """The site template with a bureau's own columns behind the others and its own names of classes.

    Args:
        fields: of `roster.extra`.
        classes: code of a class → the bureau's names of it, of `class.names`.
        layout: what the columns are added to.
    """
    own = tuple(word for code in CLASS_WORDS for word in classes.get(code, ()))
    columns = [
        replace(one, values=tuple(dict.fromkeys((*one.values, *own)))) if one.key == "site_class" else one
        for one in layout.columns
    ]
    return replace(layout, columns=(*columns, *(_column(one) for one in usable(fields, layout))))


def _column(field: ExtraField) -> Column:
    values = YES_NO if field.kind == "yes_no" else field.options
    return Column(field.code, field.heading, _HINTS[field.kind], values=values)


def read_extra(cells: Cells, fields: Sequence[ExtraField]) -> Extra:
    """Code and text of every own field that is filled in; faults are noted on the cells."""
    found = []
    for field in fields:
        text = _read(cells, field)
        if text:
            found.append((field.code, text))
    return tuple(sorted(found))


def _read(cells: Cells, field: ExtraField) -> str:
    if field.kind == "date":
        return cells.partial_date(field.code)
    if field.kind in ("option", "yes_no"):
        words = YES_NO if field.kind == "yes_no" else field.options
        return cells.word(field.code, {word: word for word in words}, "")
    text = cells.text(field.code)
    if field.kind == "number" and text and not _NUMBER.match(text):
        cells.fail(BadNumber, field.code, low="-", high="数字")
        return ""
    return text


def class_names(pairs: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Code of a class → the bureau's names of it, the first for display; `class.names` of the rules."""
    return {
        code: tuple(
            dict.fromkeys(word.strip() for word in re.split(r"[、,，|]", pairs[code]) if word.strip())
        )
        for code in CLASS_WORDS
        if code in pairs
    }


def class_shown(site: Site, classes: Mapping[str, tuple[str, ...]]) -> str:
    """A site's classes by the bureau's names: base class, and special beside it."""
    held = ["key" if site.key else "general", *(["special"] if site.special else [])]
    return "、".join((*classes.get(code, ()), CLASS_WORDS[code])[0] for code in held)


def supplies(section: Section, site: Site) -> bool:
    """Whether a site is in the part of the roster a section supplies: every condition holds."""
    return all(any(_fits(site, field, word) for word in words) for field, words in section.part)


def _fits(site: Site, field: str, word: str) -> bool:
    if field == "class":
        held = {"特殊"} if site.special else set()
        return word in held | {"重点" if site.key else "一般"}
    if field == "kind":
        return word == {"unit": "单位", "project": "建设项目"}[str(site.kind.value)]
    if field == "pollution":
        return word in site.pollution
    given = str(getattr(site, field))
    if field == "industry":
        return given.lstrip("ABCDEFGHIJKLMNOPQRST").startswith(word.lstrip("ABCDEFGHIJKLMNOPQRST"))
    return given.startswith(word)
