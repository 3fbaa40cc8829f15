"""A document of the bureau from a form: its head, and a row for every rule the text states."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies.errors import Problem
from policies.rulebook.law_entries import FACTORS
from policies.rulebook.rule_changes import choosable
from policies.terms import Mark
from services.ruling.plan_effects import CLASSES, Assumed
from services.ruling.rule_choice_errors import FieldMissing
from services.ruling.rule_proposals import Proposal
from services.ruling.typed_values import Form, narrow, said, value_of

MARKS = tuple(mark.value for mark in Mark if mark is not Mark.QUOTED)
_BRACKETS = re.compile(r"\A《(.*)》\Z")


@dataclass(frozen=True, slots=True)
class Head:
    """What all rows of a document share; see `rule_proposals.Proposal`."""

    text: str
    effective: date
    mark: str
    checked_on: date | None
    until: date | None
    published: date | None
    item: str
    subject: str


@dataclass(slots=True)
class TextRead:
    """A form as read.

    Attributes:
        proposals: one a rule; complete only without faults.
        faults: name of a field of the head, or key of a row → what is wrong there.
    """

    proposals: list[Proposal] = field(default_factory=list)
    faults: dict[str, Problem] = field(default_factory=dict)


def read_text(data: Form, document: str) -> TextRead:
    """Read the whole form; every fault is told, not only the first.

    Args:
        data: the fields as sent; rows as `services.ruling.typed_values` names them, with `.clause`,
            `.quote` and `.note`.
        document: id that the rows will share.
    """
    read = TextRead()
    head = _head(data, read.faults)
    factors = {name: words for name in FACTORS if (words := said(data, f"factor-{name}"))}
    for key in choosable():
        try:
            proposal = _row(key.name, value_of(key, data), data, head, factors, document)
            read.proposals += [proposal] if proposal else []
        except Problem as problem:
            read.faults[key.name] = problem
    if not read.proposals and not any("." in name for name in read.faults):
        need = "至少一条规则：填写文件写明的数值、条款和原句"
        read.faults.setdefault("rows", FieldMissing(field="规则", need=need))
    _check_factors(read, head, factors)
    return read


def read_assumed(data: Form, faults: dict[str, Problem]) -> tuple[int | None, Assumed]:
    """The year and numbers a trial is to use; empty fields are left to the roster. Faults by field name."""
    numbers: dict[str, int | None] = {}
    for name, zh in (("year", "试算年度"), ("staff", "人员数"), *((c, _CLASSES[c]) for c in CLASSES)):
        text = narrow(data, f"try.{name}")
        numbers[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
        if text and numbers[name] is None:
            faults[f"try.{name}"] = FieldMissing(text[:20], field=zh, need="整数")
    year, staff = numbers.pop("year"), numbers.pop("staff")
    if year is not None and not 2000 <= year <= 2999:
        faults["try.year"] = FieldMissing(str(year), field="试算年度", need="四位年份，如 2026")
    return year, Assumed(numbers, staff)


_CLASSES = {
    "key": "重点排污单位数",
    "general": "一般排污单位数",
    "special": "特殊监管对象数",
    "key_special": "特殊中的重点单位数",
}


def _head(data: Form, faults: dict[str, Problem]) -> Head:
    title = _BRACKETS.sub(r"\1", said(data, "title"))
    number = said(data, "number")
    if not title and not number:
        faults["number"] = FieldMissing(field="文号", need="文号或文件名称，至少填一项")
    mark = said(data, "mark") or Mark.STATED.value
    if mark not in MARKS:
        faults["mark"] = FieldMissing(mark[:20], field="登记方式", need="列出的选项之一")
    days = {name: _day(data, name, zh, faults) for name, zh in _DAYS.items()}
    if days["effective"] is None and "effective" not in faults:
        faults["effective"] = FieldMissing(field="施行日期", need="日期，如 2026-01-01")
    return Head(
        number + f"《{title}》" if title else number,
        days["effective"] or date.min,
        mark,
        days["checked_on"],
        days["until"],
        days["published"],
        said(data, "item"),
        said(data, "subject"),
    )


_DAYS = {"effective": "施行日期", "published": "公布日期", "checked_on": "核对日期", "until": "截止日期"}


def _day(data: Form, name: str, zh: str, faults: dict[str, Problem]) -> date | None:
    text = narrow(data, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults[name] = FieldMissing(text[:20], field=zh, need="日期，如 2026-01-01")
        return None


def _row(
    key: str, value: Any | None, data: Form, head: Head, factors: Mapping[str, str], document: str
) -> Proposal | None:
    """The proposal of one rule; None when nothing was typed for it. Raises FieldMissing."""
    clause, quote, note = (said(data, f"{key}.{part}") for part in ("clause", "quote", "note"))
    if value is None:
        if clause or quote or note:
            raise FieldMissing(field="数值", need="写了条款或原句的，数值也要填；文件没有规定的，三格都留空")
        return None
    if not clause:
        raise FieldMissing(field="条款", need="写明出自文件的哪一条，如 三（二）")
    if head.mark == Mark.STATED.value and not quote:
        raise FieldMissing(field="原句", need="从文件照抄写明这一数值的句子，一字不差")
    if head.mark != Mark.STATED.value and quote:
        raise FieldMissing(field="原句", need="只有登记本单位文件时才填原句；其他登记方式请留空")
    return Proposal(
        key=key,
        value=value,
        effective=head.effective,
        text=head.text,
        clause=clause,
        mark=head.mark,
        checked_on=head.checked_on,
        until=head.until,
        quote=quote,
        item=head.item,
        subject=head.subject,
        note=note,
        factors=factors if key.startswith("rate.") and head.mark != Mark.STATED.value else {},
        document=document,
        published=head.published,
    )


def _check_factors(read: TextRead, head: Head, factors: Mapping[str, str]) -> None:
    """A ratio the bureau chooses under its text needs the six factors. Basis: 西环〔2024〕3号 一（四）."""
    ratios = [one for one in read.proposals if one.key.startswith("rate.")]
    if ratios and head.mark != Mark.STATED.value and len(factors) < len(FACTORS):
        read.faults["factors"] = FieldMissing(
            f"{len(factors)} 项", field="六个因素", need="自选比例时，六个因素都要写明"
        )
