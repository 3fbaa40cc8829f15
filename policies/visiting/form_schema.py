"""The bureau's form as a JSON Schema, and the fingerprint that names its version.

Basis: 西环〔2024〕3号 一（二）; 昆都仑方案 四 (what is asked); the schema's shape is our own.
"""

from typing import Any

from policies.visiting.checklist import Answer, Checklist
from policies.visiting.visits import RESULTS, seal_hash

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DIGITS = 12


def schema_of(name: str, officers: int, checklist: Checklist) -> dict[str, Any]:
    """The answers of a record as JSON Schema 2020-12: every item is required, none has a default.

    Args:
        name: title of the form. officers: fewest people on site.
    """
    items = {one.id: _item(one.zh, one.en, checklist.groups[one.group][0]) for one in checklist.items}
    return {
        "$schema": DIALECT,
        "title": name,
        "type": "object",
        "required": ["started_at", "ended_at", "present", "answers", "result", "narrative"],
        "properties": {
            "started_at": {"type": "string", "format": "date-time"},
            "ended_at": {"type": "string", "format": "date-time"},
            "present": {"type": "array", "items": {"type": "string"}, "minItems": officers},
            "answers": {
                "type": "object",
                "required": list(items),
                "properties": items,
                "additionalProperties": False,
            },
            "result": {"enum": list(RESULTS)},
            "narrative": {"type": "string", "minLength": 1, "maxLength": 4000},
        },
    }


def form_version(name: str, officers: int, checklist: Checklist) -> str:
    """Which version of the form it is: 12 hex digits of the schema's SHA-256 over canonical JSON."""
    return seal_hash(schema_of(name, officers, checklist))[:_DIGITS]


def _item(zh: str, en: str, group: str) -> dict[str, Any]:
    fault = {"properties": {"answer": {"const": Answer.FAULT.value}}}
    return {
        "title": zh,
        "description": en,
        "$comment": group,
        "type": "object",
        "required": ["answer"],
        "properties": {"answer": {"enum": [one.value for one in Answer]}, "words": {"type": "string"}},
        "if": fault,
        "then": {"required": ["answer", "words"], "properties": {"words": {"minLength": 1}}},
    }
