"""What a bureau may say of its own roster in a rule: further fields, and which section supplies which part.

Both are pairs typed on one line each, parts separated by ；:
`permit_class：排污许可管理类别；选项 重点管理|简化管理|登记管理；列表` and
`review：环评科；对象类型=建设项目`.
Basis: our own form; 西环〔2024〕3号 一（三） leaves further fields and the division of work open.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["text", "number", "date", "yes_no", "option"]

_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")
_KINDS: Mapping[str, FieldKind] = {"文字": "text", "数字": "number", "日期": "date", "是否": "yes_no"}
_OPTION = re.compile(r"选项[ :：=]\s*(.+)\Z")
_LISTED, _DETAIL = "列表", "详情"
LONGEST = 40
MOST_OPTIONS = 30
#: Names of the conditions that cut out a section's part of the roster → field of a site.
PARTS: Mapping[str, str] = {
    "企业分类": "class",
    "对象类型": "kind",
    "污染类型": "pollution",
    "行业类别": "industry",
    "行政区划": "division",
    "所属机关": "authority",
}
FIELD_FORM = "代号：名称；文字、数字、日期、是否或“选项 甲|乙”；列表或详情"
SECTION_FORM = "代号：科室名称；条件=值|值，条件为" + "、".join(PARTS)


class BadPart(ValueError):
    """A line that does not have the form; the message says what was wanted."""


@dataclass(frozen=True, slots=True)
class ExtraField:
    """A field of a bureau's own.

    Attributes:
        code: letters, digits and _; the field's name in files and exports.
        heading: heading of its column.
        kind: what a cell may hold.
        options: of the kind "option", the words allowed.
        listed: shown in the list of sites too, not only on the site's own page.
    """

    code: str
    heading: str
    kind: FieldKind = "text"
    options: tuple[str, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A 科室 or 中队 that supplies a part of the roster.

    Attributes:
        code, name: as the rule says.
        part: field of a site → values, one of which must fit; empty = any row.
    """

    code: str
    name: str
    part: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def words(self) -> str:
        """The part in Chinese."""
        names = {field: name for name, field in PARTS.items()}
        return "，".join(f"{names[field]} {'、'.join(values)}" for field, values in self.part) or "全部"


def extra_fields(pairs: Mapping[str, str]) -> tuple[ExtraField, ...]:
    """The further fields of `roster.extra`, in the order given. Raises BadPart."""
    fields = tuple(_field(code, text) for code, text in pairs.items())
    headings = [one.heading for one in fields]
    if len({*headings}) != len(headings):
        raise BadPart("每个字段名称只出现一次")
    return fields


def sections(pairs: Mapping[str, str]) -> tuple[Section, ...]:
    """The sections of `roster.sections`, in the order given. Raises BadPart."""
    return tuple(_section(code, text) for code, text in pairs.items())


def _parts(code: str, text: str) -> list[str]:
    if not _CODE.match(code):
        raise BadPart("代号用小写字母、数字和下划线，字母开头，不超过 30 个字符")
    parts = [part.strip() for part in re.split(r"[;；]", text) if part.strip()]
    if not parts or len(parts[0]) > LONGEST:
        raise BadPart(f"名称不超过 {LONGEST} 个字")
    return parts


def _field(code: str, text: str) -> ExtraField:
    heading, *rest = _parts(code, text)
    kind: FieldKind = "text"
    options: tuple[str, ...] = ()
    listed = False
    for part in rest:
        if part in _KINDS:
            kind = _KINDS[part]
        elif match := _OPTION.match(part):
            kind, options = "option", _options(match[1])
        elif part in (_LISTED, _DETAIL):
            listed = part == _LISTED
        else:
            raise BadPart(FIELD_FORM)
    return ExtraField(code, heading, kind, options, listed)


def _options(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(word.strip() for word in re.split(r"[|｜]", text) if word.strip()))
    if not 2 <= len(found) <= MOST_OPTIONS:
        raise BadPart(f"选项 2 至 {MOST_OPTIONS} 个，用 | 分开")
    return found


def _section(code: str, text: str) -> Section:
    name, *rest = _parts(code, text)
    part: dict[str, tuple[str, ...]] = {}
    for one in rest:
        if one == "全部":
            continue
        field, mark, values = one.partition("=")
        words = tuple(word.strip() for word in re.split(r"[|｜]", values) if word.strip())
        if not mark or field.strip() not in PARTS or not words:
            raise BadPart(SECTION_FORM)
        part[PARTS[field.strip()]] = words
    return Section(code, name, tuple(part.items()))


#: Keys of the law tree whose pairs are read further; the law reader refuses what does not fit.
CHECKS: Mapping[str, Callable[[Mapping[str, str]], object]] = {
    "roster.extra": extra_fields,
    "roster.sections": sections,
}
