"""A value as typed into a form's plain fields, no YAML: one small reader a form of `law_key.Form`.

Field names begin with the key: `rate.key.base`, `rate.key.amount`. What is left empty is no value. Digits may
be full-width, and a ratio of staff may be written as texts write it: 1:10.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from policies.rulebook.bases import BASES, FORM, PER, BaseForm, Member, filled
from policies.rulebook.law_key import Key
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_values import MOST_DAYS
from services.ruling.rule_choice_errors import FieldMissing

Form = Mapping[str, str]
LONGEST = 4000
PARTS = (1, 2, 3)  # ratios that "the larger of several" may compare
_RATIO = re.compile(r"1:([0-9]+)\Z")
_SHARE = re.compile(r"([0-9]+(\.[0-9]+)?%|[0-9]+/[1-9][0-9]*|0|1)\Z")
_PAIR = re.compile(r"\s*([^:：=\s]+)\s*[:：=]\s*(.+)\Z")


def said(data: Form, name: str) -> str:
    """A field without NUL, with plain line ends."""
    return str(data.get(name, ""))[:LONGEST].replace("\x00", "").replace("\r\n", "\n").strip()


def narrow(data: Form, name: str) -> str:
    """A number's field with full-width letters made narrow and blanks taken out."""
    return unicodedata.normalize("NFKC", said(data, name)).replace(" ", "")


def value_of(key: Key, data: Form) -> Any | None:
    """The value typed for `key` as JSON data, None when its fields are empty.

    Raises:
        FieldMissing: half filled in, or not of the form; the law reader checks the rest.
    """
    return _READERS[key.form](key, data)


def rate_of(name: str, data: Form) -> dict[str, object] | None:
    """A ratio typed into the fields that begin with `name`; raises as `value_of`."""
    base, per = said(data, f"{name}.base"), said(data, f"{name}.per")
    if not base:
        if any(said(data, f"{name}.{part}") for part in ("amount", "second")):
            raise FieldMissing(field="算法", need="选定数值按什么计算，例如按百分比、按人员数")
        return None
    if base not in BASES:
        raise FieldMissing(base[:20], field="算法", need="列出的算法之一")
    if per not in SPANS:
        raise FieldMissing(field="周期", need="每月、每季度或每年")
    return filled(base, per, _given(_form(base), name, data))


def _form(base: str) -> BaseForm:
    return next(form for form in FORM if form.id == base)


def _given(form: BaseForm, name: str, data: Form) -> dict[str, object]:
    """Member → what was typed: the first of a base stands in `amount`, the next in `second`."""
    found: dict[str, object] = {}
    for member, part in zip(form.fields, ("amount", "second"), strict=False):
        parts = member.kind == "parts"
        found[member.name] = _parts(name, data) if parts else _number(member, name, part, data)
    if not form.fields or form.kind == "parts":
        _only_empty(name, data, ("amount", "second"), form.zh)
    elif len(form.fields) == 1:
        _only_empty(name, data, ("second",), form.zh)
    return found


def _number(member: Member, name: str, part: str, data: Form) -> str:
    text = narrow(data, f"{name}.{part}")
    if not text and not member.required:
        return ""
    if member.kind == "integer":
        text = _RATIO.sub(r"\1", text)
        if not (text.isascii() and text.isdigit()) or int(text[:9] or 0) < member.least:
            need = f"不小于 {member.least} 的整数，如 10；文件写 1:10 的也可照写"
            raise FieldMissing(text[:20], field=member.zh, need=need)
    elif not _SHARE.match(text):
        raise FieldMissing(text[:20], field=member.zh, need="百分数或分数，如 20% 或 1/5，不用小数")
    return text


def _parts(name: str, data: Form) -> list[dict[str, object]]:
    found = []
    for n in PARTS:
        inner = f"{name}.{n}"
        base = said(data, f"{inner}.base")
        if base and base in BASES:
            found.append({"base": base} | _own_span(inner, data) | _given(_form(base), inner, data))
        elif said(data, f"{inner}.amount"):
            raise FieldMissing(field=f"第 {n} 项的算法", need="选定算法")
    if len(found) < 2:
        raise FieldMissing(f"{len(found)} 项", field="各项比例", need="至少填两项，才能比较取大或取小")
    return found


def _own_span(name: str, data: Form) -> dict[str, object]:
    """The span of a part, where it has one of its own; the law reader checks that it fits the whole."""
    per = said(data, f"{name}.per")
    return {"per": per} if per in SPANS else {}


def _only_empty(name: str, data: Form, parts: tuple[str, ...], zh: str) -> None:
    typed = [text for part in parts if (text := said(data, f"{name}.{part}"))]
    if typed:
        field = "上限" if parts == ("second",) else "数值"
        raise FieldMissing(typed[0][:20], field=field, need=f"“{zh}”不填这一格")


def _rate(key: Key, data: Form) -> object | None:
    return rate_of(key.name, data)


NO_LIMIT = "不设"  # what a person types for the word none of an integer that may be without limit


def _integer(key: Key, data: Form) -> object | None:
    text = narrow(data, f"{key.name}.value")
    if not text:
        return None
    if key.options and text in (NO_LIMIT, *key.options):
        return "none" if text == NO_LIMIT else text
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < key.least:
        need = f"不小于 {key.least} 的整数" + (f"，或“{NO_LIMIT}”" if key.options else "")
        raise FieldMissing(text[:20], field=key.zh, need=need)
    return int(text[:9])


def _fraction(key: Key, data: Form) -> object | None:
    text = narrow(data, f"{key.name}.value")
    if text and not _SHARE.match(text):
        raise FieldMissing(text[:20], field=key.zh, need="百分数或分数，如 20% 或 1/5，不用小数")
    return text or None


def _choice(key: Key, data: Form) -> object | None:
    text = said(data, f"{key.name}.value")
    if text and text not in key.options:
        raise FieldMissing(text[:20], field=key.zh, need="列出的选项之一")
    return text or None


def _text(key: Key, data: Form) -> object | None:
    return said(data, f"{key.name}.value") or None


def _texts(key: Key, data: Form) -> object | None:
    return [line.strip() for line in said(data, f"{key.name}.value").split("\n") if line.strip()] or None


def _pairs(key: Key, data: Form) -> object | None:
    found = {}
    for line in said(data, f"{key.name}.value").split("\n"):
        if line.strip():
            pair = _PAIR.match(line)
            if pair is None or pair[1] in found:
                raise FieldMissing(line.strip()[:30], field=key.zh, need="每行“代号：名称”，代号不重复")
            found[pair[1]] = pair[2].strip()
    return found or None


def _weights(key: Key, data: Form) -> object | None:
    text = narrow(data, f"{key.name}.value")
    if not text:
        return None
    words = re.split(r"[:,、;]", text)
    if len(words) != 4 or not all(word.isascii() and word.isdigit() and len(word) < 7 for word in words):
        raise FieldMissing(text[:30], field=key.zh, need="四个季度的整数，如 1:1:1:1")
    return [int(word) for word in words]


def _monthday(key: Key, data: Form) -> object | None:
    month, day = narrow(data, f"{key.name}.month"), narrow(data, f"{key.name}.day")
    if not month and not day:
        return None
    good = all(word.isascii() and word.isdigit() and len(word) < 3 for word in (month, day))
    if not good or not 1 <= int(month) <= 12 or not 1 <= int(day) <= 31:
        raise FieldMissing(f"{month} 月 {day} 日"[:20], field=key.zh, need="月和日，如 12 月 20 日")
    return f"{int(month):02}-{int(day):02}"


def _window(key: Key, data: Form) -> object | None:
    written, days = said(data, f"{key.name}.rule"), narrow(data, f"{key.name}.days")
    if not written and not days:
        return None
    whole = days.isascii() and days.isdigit() and len(days) < 4
    if written not in WINDOWS or not whole or not 0 < int(days) <= MOST_DAYS:
        raise FieldMissing(days[:20], field=key.zh, need=f"选定写法，并填 1 至 {MOST_DAYS} 的天数，如 5")
    rule, _, count = written.partition(":")
    return {"rule": rule, "days": int(days)} | ({"count": count} if count else {})


SPANS = tuple(id for id, _, _ in PER)
# How a window is written; behind the colon how its days are counted, where the rule leaves that open.
WINDOWS = (
    "last_working_days",
    "not_later_than",
    "first_days_of_quarter:working",
    "first_days_of_quarter:calendar",
)
_READERS: dict[str, Callable[[Key, Form], object | None]] = {
    "rate": _rate,
    "integer": _integer,
    "fraction": _fraction,
    "choice": _choice,
    "text": _text,
    "texts": _texts,
    "pairs": _pairs,
    "weights": _weights,
    "monthday": _monthday,
    "window": _window,
}
# Parts of the fields a form of value has, for pages that show what was typed.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "rate": (
        "base",
        "amount",
        "second",
        "per",
        *(f"{n}.{p}" for n in PARTS for p in ("base", "amount", "per")),
    ),
    "monthday": ("month", "day"),
    "window": ("rule", "days"),
}


def fields_of(form: str) -> tuple[str, ...]:
    """Names, behind the key, of the fields a value of this form is typed into."""
    return FIELDS.get(form, ("value",))


def typed_of(key: str, value: Any) -> dict[str, str]:
    """The fields filled in with a value in JSON form, the other way round; for forms that start from it."""
    form = KEYS[key].form
    if form == "rate":
        return {f"{key}.{name}": words for name, words in _typed_rate(value).items()}
    if form == "monthday":
        return {f"{key}.month": str(int(value[:2])), f"{key}.day": str(int(value[3:]))}
    if form == "window":
        written = ":".join(filter(None, (value["rule"], value.get("count", ""))))
        return {f"{key}.rule": written, f"{key}.days": str(value["days"])}
    if form == "pairs":
        return {f"{key}.value": "\n".join(f"{code}：{name}" for code, name in value.items())}
    joiner = ":" if form == "weights" else "\n"
    return {f"{key}.value": joiner.join(map(str, value)) if isinstance(value, list) else str(value)}


def _typed_rate(value: Mapping[str, Any]) -> dict[str, str]:
    found = {"base": str(value["base"]), "per": str(value.get("per", ""))}
    form = _form(found["base"])
    for member, part in zip(form.fields, ("amount", "second"), strict=False):
        given = value.get(member.name)
        if member.kind == "parts":
            for n, inner in enumerate(given or (), 1):
                kept = ("base", "amount", "per")
                found |= {f"{n}.{k}": v for k, v in _typed_rate(inner).items() if k in kept and v}
        elif given is not None:
            found[part] = str(given)
    return found
