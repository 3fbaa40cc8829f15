"""The part of the JSON Schema that describes values: one form of `law_key.Form` each."""

from typing import Any, get_args

from policies.rulebook.bases import BASES, Base
from policies.rulebook.law_key import Form, Key
from policies.rulebook.law_values import MOST_DAYS, Count, Opening
from policies.rulebook.rates import Per

Schema = dict[str, Any]

WORDS: Schema = {"type": "string", "pattern": r"\S"}
FRACTION: Schema = {
    "description": "0 到 1 之间的精确分数 · exact fraction from 0 to 1: 1/5, 25%, 12.5%",
    "anyOf": [
        {"enum": [0, 1]},
        {"type": "string", "pattern": r"^(0|[1-9][0-9]*)/[1-9][0-9]*$"},
        {"type": "string", "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]+)?%$"},
    ],
}


def rate(suffix: str) -> Schema:
    """A ratio; parts of a ratio take their span from the whole, or have one of their own."""
    return {"oneOf": [_base(base, () if suffix else ("per",)) for base in BASES.values()]}


def _base(base: Base, head: tuple[str, ...]) -> Schema:
    found = {"base": {"const": base.name}, "per": {"enum": list(get_args(Per))}, **base.schema()}
    stated = [member.name for member in base.members if member.required]
    parts = [member.name for member in base.members if member.kind == "parts"]
    return closed(found, ("base", *head, *stated)) | (_spans(parts) if parts else {})


def _spans(parts: list[str]) -> Schema:
    """Parts have a span of their own only under a year, by which they are compared."""
    same = {"items": {"not": {"required": ["per"]}}}
    yearly = {"properties": {"per": {"const": "year"}}}
    return {"if": yearly, "else": {"properties": dict.fromkeys(parts, same)}}


def value(key: Key) -> Schema:
    """The value of one key."""
    plain: dict[Form, Schema] = {
        "rate": {"$ref": "#/$defs/rate"},
        "integer": _integer(key),
        "fraction": {"$ref": "#/$defs/fraction"},
        "choice": {"enum": list(key.options)},
        "text": WORDS,
        "texts": {"type": "array", "minItems": 1, "items": _word(key)},
        "pairs": _pairs(key),
        "weights": {
            "type": "array",
            "minItems": 4,
            "maxItems": 4,
            "items": {"type": "integer", "minimum": 0},
            "contains": {"type": "integer", "minimum": 1},
        },
        "monthday": {"type": "string", "pattern": r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"},
        "window": _window(),
    }
    return {"title": f"{key.zh} · {key.en}", **plain[key.form]}


def _integer(key: Key) -> Schema:
    number: Schema = {"type": "integer", "minimum": key.least}
    return {"anyOf": [number, {"enum": list(key.options)}]} if key.options else number


def _window() -> Schema:
    """How days count is said where the rule leaves it open, and only there."""
    members = {
        "rule": {"enum": list(get_args(Opening))},
        "days": {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
        "count": {"enum": list(get_args(Count))},
    }
    opening = {"properties": {"rule": {"const": "first_days_of_quarter"}}}
    said: Schema = {"required": ["count"]}
    return closed(members, ("rule", "days")) | {"if": opening, "then": said, "else": {"not": said}}


def _word(key: Key) -> Schema:
    return {"enum": list(key.options)} if key.options else WORDS


def _pairs(key: Key) -> Schema:
    if key.options:
        return closed(dict.fromkeys(key.options, WORDS), ()) | {"minProperties": 1}
    return {"type": "object", "minProperties": 1, "additionalProperties": WORDS}


def closed(members: Schema, required: tuple[str, ...] | list[str]) -> Schema:
    """An object with these members only."""
    found: Schema = {"type": "object", "properties": members, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})
