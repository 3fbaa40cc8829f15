"""Profiles: which columns a system wants, as data. A bureau's own columns are a file here, no code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from policies.roster import SITE_LAYOUT
from policies.roster.platform_list import LAYOUT as DRAW_LAYOUT
from policies.roster.tabular import Layout
from services.sheets import Cell
from services.visiting.visit_errors import BadProfile

#: What a column may show. Officers are named in files for the system of record, never in a notice.
FIELDS: Mapping[str, str] = {
    "n": "序号",
    "bureau": "单位代码",
    "bureau_name": "实施检查单位",
    "period": "抽查周期",
    "item": "抽查事项",
    "draw_no": "抽取编号",
    "manifest": "抽取清单指纹",
    "site_name": "企业名称",
    "credit_code": "统一社会信用代码",
    "site_code": "污染源编码",
    "site_class": "企业分类",
    "site_address": "污染源地址",
    "industry": "行业类别",
    "visit_type": "检查类型",
    "method": "检查方式",
    "started_at": "检查开始时间",
    "ended_at": "检查结束时间",
    "officers": "检查人员",
    "certificates": "执法证号",
    "joint": "联合检查单位",
    "result_code": "检查结果代码",
    "result": "检查结果",
    "narrative": "现场情况",
    "findings": "存在问题",
    "measures": "整改要求",
    "order_no": "责令改正文书号",
    "order_due": "整改期限",
    "record_sha256": "记录封存值（SHA-256）",
    "upload_due": "上传期限",
    "change": "报送类别",
    "visited_on": "检查日期",
    "corrected_on": "整改完成日期",
    "cases": "立案文号",
    "notice": "公示编号",
}
Format = Literal["xlsx", "csv", "json", "xml"]
FORMATS: tuple[Format, ...] = ("xlsx", "csv", "json", "xml")
Tells = Literal["record", "public"]
TELLS: tuple[Tells, ...] = ("record", "public")
Direction = Literal["out", "in"]
Takes = Literal["", "sites", "draw"]
#: What a file that comes in is read into, by what a profile takes.
LAYOUTS: Mapping[Takes, Layout] = {"sites": SITE_LAYOUT, "draw": DRAW_LAYOUT}
#: When the other side is told that a file has arrived: once it is kept, or never.
ACKNOWLEDGE = ("kept", "never")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading of the system, field of ours, width in characters."""

    heading: str
    field: str
    width: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One system.

    Attributes:
        id: stable name, kept with every file made.
        target: the system, as rules name it under `upload.target`.
        province: GB/T 2260 code whose bureaus use it when their rules name no system.
        receipt: regular expression of its batch numbers; of what comes in: one of `ACKNOWLEDGE`.
        note: printed above the table; says that the columns are assumed.
        tells: "record": accepted results to the system of record, once, on its clock; "public": published
            results to another system, again when their words change.
        direction: "out": files of ours go there; "in": files of theirs come here.
        takes: what comes in: "sites", a roster; "draw", a list of drawn sites. "" of what goes out.
        format: of the file. codes: field → {our word: the system's word}; words not listed pass as they are.
    """

    id: str
    target: str
    province: str
    sheet: str
    columns: tuple[Column, ...]
    receipt: str
    note: str
    tells: Tells = "record"
    direction: Direction = "out"
    takes: Takes = ""
    format: Format = "xlsx"
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, str]:
        """The fields its columns may name, with our words for them."""
        return fields_of(self.takes)

    def cell(self, column: Column, line: Mapping[str, Cell]) -> Cell:
        """What a line has for a column, in the system's own words."""
        value = line.get(column.field)
        return self.codes.get(column.field, {}).get(str(value), value)


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles by id. Raises BadProfile with the file's name."""
    found = [_read(name, text) for name, text in _texts()]
    return {profile.id: profile for profile in found}


def telling(what: Tells) -> Mapping[str, Profile]:
    """The profiles that tell this, by id."""
    return {id: one for id, one in profiles().items() if one.direction == "out" and one.tells == what}


def incoming() -> Mapping[str, Profile]:
    """The profiles of what comes in, by id."""
    return {id: one for id, one in profiles().items() if one.direction == "in"}


def fields_of(takes: Takes) -> Mapping[str, str]:
    """The fields a column may name: of results that go out, or of the template a file is read into."""
    return {one.key: one.heading for one in LAYOUTS[takes].columns} if takes else FIELDS


def profile_for(target: str | None, path: Sequence[str], id: str | None = None) -> Profile:
    """The profile to use.

    Args:
        target: system named by the bureau's rules, if any.
        path: codes from the province to the bureau.
        id: a profile asked for by name.

    Raises:
        BadProfile: none fits.
    """
    every = telling("record")
    if id is not None:
        if id not in every:
            raise BadProfile(id, need=f"其中之一：{'、'.join(every)}")
        return every[id]
    fitting = [p for p in every.values() if p.target == target] or [
        p for p in every.values() if p.province in path
    ]
    if not fitting:
        raise BadProfile(target or "—", need="本单位的上报格式")
    return fitting[0]


def _texts() -> Iterator[tuple[str, str]]:
    for entry in sorted(files(__name__).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yaml"):
            yield entry.name, entry.read_text(encoding="utf-8")


def _read(name: str, text: str) -> Profile:
    data: dict[str, Any] = yaml.safe_load(text)
    try:
        fields = fields_of(data.get("takes", ""))
        columns = tuple(_column(name, one, fields) for one in data.pop("columns"))
        profile = Profile(columns=columns, **data)
    except (KeyError, TypeError) as error:
        raise BadProfile(str(error), need=f"{name} 字段完整") from None
    if profile.format not in FORMATS or profile.tells not in TELLS or set(profile.codes) - set(fields):
        raise BadProfile(f"{name}: {profile.format} {profile.tells}", need=f"{FORMATS} {TELLS}")
    if (profile.direction == "in") != bool(profile.takes):
        raise BadProfile(f"{name}: {profile.direction} {profile.takes}", need="in = sites / draw")
    if profile.direction == "in" and profile.receipt not in ACKNOWLEDGE:
        raise BadProfile(f"{name}: {profile.receipt}", need=" / ".join(ACKNOWLEDGE))
    return profile


def _column(name: str, data: Mapping[str, Any], fields: Mapping[str, str]) -> Column:
    if data["field"] not in fields:
        raise BadProfile(f"{name}: {data['field']}", need=f"字段为其中之一：{'、'.join(fields)}")
    return Column(str(data["heading"]), str(data["field"]), int(data.get("width", 16)))
