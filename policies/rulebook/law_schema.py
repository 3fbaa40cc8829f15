"""The format of law files and choices as JSON Schema, made from the same keys the reader uses.

A schema sees one value at a time: duplicate keys, overlapping dates and a bureau's own text as the floor are
the reader's to check. `docs/rules.schema.json` is this function's output.
"""

from policies.rulebook.law_entries import FACTORS
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_schema_values import FRACTION, WORDS, Schema, closed, rate, value
from policies.terms import Mark

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_CODE = r"^[0-9]{6}$"


def schema() -> Schema:
    """The whole schema: a law file, or with `$defs/choices` a file of bureaus' own choices."""
    return {
        "$schema": DIALECT,
        "$id": "urn:shuangsui:rules",
        "title": "双随规则文件 · law file",
        "description": "一个单位的规则，每个数值都有日期和出处；写法见 docs/rules.md。",
        "$ref": "#/$defs/law",
        "$defs": {
            "law": _law(),
            "choices": {
                "type": "object",
                "description": "区划代码 → 本单位自选 · division code → its own choices",
                "patternProperties": {_CODE: _choices()},
                "additionalProperties": False,
            },
            "entries": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/entry"}},
            "entry": _entry(),
            "source": closed(_source() | {"note": WORDS}, ()),
            "factors": {
                "type": "object",
                "description": "代号见 rate.factors，文件要求的逐项写明 · codes as in rate.factors",
                "minProperties": 1,
                "properties": dict.fromkeys(FACTORS, WORDS),
                "additionalProperties": WORDS,
            },
            "fraction": FRACTION,
            **{f"rate{suffix}": rate(suffix) for suffix in ("", "-part")},
            "values": {key.name: value(key) for key in KEYS.values()},
        },
    }


def value_schema(key: str) -> Schema:
    """The schema of one key's value, whole in itself; for a form or an API client."""
    made = schema()
    wanted = ("fraction", "rate", "rate-part")
    found: Schema = made["$defs"]["values"][key]
    return found | {"$defs": {name: made["$defs"][name] for name in wanted}}


def _law() -> Schema:
    lists = {name: {"$ref": "#/$defs/entries", **_items(name)} for name in KEYS}
    return closed({"source": {"$ref": "#/$defs/source"}, **lists}, ())


def _items(name: str) -> Schema:
    key = KEYS[name]
    said = {"properties": {"value": {"$ref": f"#/$defs/values/{name}"}}}
    return {"description": f"{key.zh} · {key.en}", "items": said}


def _choices() -> Schema:
    """As a law file; every ratio has its six factors, unless the bureau enters its own text."""
    stated = {"properties": {"mark": {"const": Mark.STATED.value}}, "required": ["mark"]}
    rates = {
        name: {"items": {"anyOf": [{"required": ["factors"]}, {"required": ["quote"]}, stated]}}
        for name, key in KEYS.items()
        if key.form == "rate"
    }
    return {"$ref": "#/$defs/law", "properties": rates}


def _entry() -> Schema:
    members = {
        "value": True,
        **_source(),
        "quote": WORDS,
        "until": _DAY,
        "level": {"enum": ["county", "city", "province"]},
        "item": WORDS,
        "subject": {"type": "string", "pattern": _CODE},
        "note": WORDS,
        "open_text": WORDS,
        "factors": {"$ref": "#/$defs/factors"},
    }
    return closed(members, ("value",)) | _QUOTED


# A sentence stands beside the marks that have one, and only there; `mark` may stand under `source` instead.
_WITH_QUOTE: Schema = {"enum": [Mark.QUOTED.value, Mark.STATED.value]}
_QUOTED: Schema = {
    "if": {"properties": {"mark": _WITH_QUOTE}, "required": ["mark"]},
    "then": {"required": ["quote"]},
    "else": {"if": {"required": ["mark"]}, "then": {"not": {"required": ["quote"]}}},
}


def _source() -> dict[str, Schema]:
    return {
        "text": WORDS,
        "clause": WORDS,
        "effective": _DAY,
        "mark": {"enum": [mark.value for mark in Mark]},
        "checked_on": _DAY,
    }
