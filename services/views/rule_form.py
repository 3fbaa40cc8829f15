"""The form of a document: a row for every rule a text may state, beside each what holds without it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.errors import Language, Problem
from policies.rulebook.bases import FORM, PER, BaseForm
from policies.rulebook.law_key import Key
from policies.rulebook.law_values import plain
from policies.rulebook.rule_changes import choosable
from policies.rulebook.rules import Rules, Value
from services.ruling.text_forms import MARKS
from services.ruling.typed_values import PARTS, WINDOWS, fields_of, typed_of
from services.views.choices import factor_names
from services.views.plans import item_names
from services.views.rules import GROUPS, RuleRow, group_of, rule_row

# How the sides of the protocol are tuned, not what a text of a bureau states.
_TECHNICAL = ("walk.per_slot",)
RATES = ("rate.key", "rate.general", "rate.special")
_HELP: Mapping[str, str] = {
    "rate.key": "文件对重点排污单位写的抽查比例，例如每季度不少于百分之几。",
    "rate.general": "文件对一般排污单位写的比例，例如按执法人员数 1 比几、一年。",
    "rate.special": "文件对特殊监管对象写的比例；只说“提高比例”而没有数的，留空。",
    "special.above": "文件只说特殊对象的比例要高于哪一类时选。",
    "coverage.key": "文件要求重点单位一年内都查一遍的，选“全年覆盖”。",
    "split.year": "按年计的数量怎样分到四个季度；没有写的留空。",
    "repeat.share": "本年已查过的单位，再抽多少。",
    "plan.deadline": "年度计划在哪一天之前定下来。",
    "draw.window": "下一季度的名单在什么时候抽。",
    "draw.authority": "文件指定在省级平台抽取的，选省级平台。",
    "overlay.handling": "市级稽查与县级抽到同一家时怎么办。",
    "team.size": "每组几名执法人员。",
    "days.upload": "检查结果几个工作日内上传。",
    "days.publish": "抽查结果几个工作日内公开。",
    "cap.visits": "每户一年最多查几次；决定不设上限的，写“不设”。",
    "cap.counts": "每行一个代号：random、special、case、followup、complaint、revisit。",
    "cap.exempt": "每行一个代号：random、special、case、followup、complaint、revisit。",
    "visit.approval": "每行一个须事先审批的代号：special、case、followup、complaint、revisit。",
    "visit.urgent_days": "情况紧急、先查后批的，几个工作日内补办审批。",
    "class.special": "每行一种情形，写“代号：情形”，例如 complaints：群众反映强烈。",
    "class.names": "每行一类，代号 key、general、special；本单位有几种叫法的用顿号分开，例如"
    " key：重点排污单位、市控重点。导入和页面都认这些叫法。",
    "roster.fields": "每行一个必填项，写“代号：名称”。代号是导入模板“参数”表所列的，或本单位自设字段的代号。",
    "roster.extra": "每行一个自设字段：代号：名称；文字、数字、日期、是否或“选项 甲|乙”；列表或详情。例如"
    " permit_class：排污许可管理类别；选项 重点管理|简化管理|登记管理；列表。",
    "roster.sections": "每行一个科室或中队：代号：名称；条件=值|值。条件可用企业分类、对象类型、污染类型、"
    "行业类别、行政区划、所属机关；不写条件的为全部。例如 review：环评科；对象类型=建设项目。",
    "item.pool": "每行一个条件：kind、class、pollution 或 industry，例如 industry：26。",
}


@dataclass(frozen=True, slots=True)
class RowFace:
    """One rule in the form.

    Attributes:
        said: what was typed, by the part of the field name behind the key.
        inherited: what holds without the document, with its citation; None when nothing is stated.
        problem: what is wrong with the row, as `Problem.as_dict`.
        open: shown unfolded.
    """

    key: str
    zh: str
    form: str
    options: tuple[str, ...]
    help: str
    said: Mapping[str, str]
    inherited: RuleRow | None
    problem: Mapping[str, Any] | None
    open: bool


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rules that are filled in together; `id` as in `services.views.rules.GROUPS`."""

    id: str
    rows: tuple[RowFace, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class TextForm:
    """The whole form; `faults`: field of the head → problem. `items`: empty when there is only one."""

    groups: tuple[RowGroup, ...]
    faults: Mapping[str, Mapping[str, Any]]
    bases: tuple[BaseForm, ...]
    per: Sequence[tuple[str, str, str]]
    marks: tuple[str, ...]
    factors: Mapping[str, str]
    items: Mapping[str, str]
    parts: tuple[int, ...] = PARTS
    windows: tuple[str, ...] = WINDOWS

    @property
    def wrong(self) -> tuple[RowFace, ...]:
        """Rows with a problem, for the list above the form."""
        return tuple(row for group in self.groups for row in group.rows if row.problem)


def text_form(
    rules: Rules, data: Mapping[str, str], faults: Mapping[str, Problem], language: Language
) -> TextForm:
    """The form over the rules in force, with what was typed and what is wrong with it."""
    told = {name: problem.as_dict(language) for name, problem in faults.items()}
    keys = [key for key in choosable() if key.name not in _TECHNICAL]
    rows: dict[str, list[RowFace]] = {group: [] for group in GROUPS}
    for key in keys:
        rows[group_of(key.name)].append(_row(key, rules, data, told.get(key.name)))
    groups = tuple(_group(id, found) for id, found in rows.items() if found)
    head = {name: problem for name, problem in told.items() if name not in {key.name for key in keys}}
    return TextForm(groups, head, FORM, PER, MARKS, factor_names(rules), item_names(rules))


def own_text(values: Iterable[Value]) -> dict[str, str]:
    """The fields filled in with what the bureau stated before: the start of a new edition of its text."""
    found: dict[str, str] = {}
    for value in values:
        basis = value.basis
        found |= typed_of(value.key, plain(value.value))
        found |= {f"{value.key}.clause": basis.clause, f"{value.key}.quote": basis.sentence}
    return found


def _group(id: str, rows: Sequence[RowFace]) -> RowGroup:
    return RowGroup(id, tuple(rows), any(row.open for row in rows))


def _row(key: Key, rules: Rules, data: Mapping[str, str], problem: Mapping[str, Any] | None) -> RowFace:
    parts = (*fields_of(key.form), "clause", "quote", "note")
    said = {part: str(data.get(f"{key.name}.{part}", "")) for part in parts}
    value = rules.get(key.name)
    inherited = rule_row(value) if value is not None else None
    shown = key.name in RATES or problem is not None or any(said.values())
    help_ = _HELP.get(key.name, "")
    return RowFace(key.name, key.zh, key.form, key.options, help_, said, inherited, problem, shown)
