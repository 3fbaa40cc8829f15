"""The keywords of JSON Schema that our schema uses, checked the plain way; enough to test it with."""

import re
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "integer": int}


def fits(value: Any, schema: Any, root: dict[str, Any]) -> bool:
    """True when `value` (JSON) is valid. Formats are not checked, as the standard allows."""
    if isinstance(schema, bool):
        return schema
    unknown = set(schema) - set(RULES) - {"$schema", "$id", "$defs", "title", "description", "format"}
    assert not unknown - {"then", "else", "additionalProperties"}, unknown
    return all(RULES[name](value, schema, root) for name in schema if name in RULES)


def _ref(value: Any, schema: Any, root: Any) -> bool:
    found = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return fits(value, found, root)


def _type(value: Any, schema: Any, root: Any) -> bool:
    return isinstance(value, TYPES[schema["type"]]) and not isinstance(value, bool)


def _properties(value: Any, schema: Any, root: Any) -> bool:
    if not isinstance(value, dict):
        return True
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name, member in value.items():
        tried = [named[name]] if name in named else []
        tried += [one for pattern, one in patterns.items() if re.search(pattern, name)]
        tried = tried or [schema.get("additionalProperties", True)]
        if not all(fits(member, one, root) for one in tried):
            return False
    return True


def _if(value: Any, schema: Any, root: Any) -> bool:
    branch = "then" if fits(value, schema["if"], root) else "else"
    return fits(value, schema.get(branch, True), root)


def _items(value: Any, schema: Any, root: Any) -> bool:
    return not isinstance(value, list) or all(fits(one, schema["items"], root) for one in value)


RULES = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "patternProperties": _properties,
    "additionalProperties": _properties,
    "items": _items,
    "if": _if,
    "then": lambda v, s, r: True,
    "else": lambda v, s, r: True,
    "enum": lambda v, s, r: any(v == one and type(v) is type(one) for one in s["enum"]),
    "const": lambda v, s, r: v == s["const"],
    "pattern": lambda v, s, r: not isinstance(v, str) or bool(re.search(s["pattern"], v)),
    "required": lambda v, s, r: not isinstance(v, dict) or set(s["required"]) <= set(v),
    "minItems": lambda v, s, r: not isinstance(v, list) or len(v) >= s["minItems"],
    "maxItems": lambda v, s, r: not isinstance(v, list) or len(v) <= s["maxItems"],
    "minProperties": lambda v, s, r: not isinstance(v, dict) or len(v) >= s["minProperties"],
    "minimum": lambda v, s, r: not isinstance(v, int) or v >= s["minimum"],
    "maximum": lambda v, s, r: not isinstance(v, int) or v <= s["maximum"],
    "contains": lambda v, s, r: not isinstance(v, list) or any(fits(o, s["contains"], r) for o in v),
    "anyOf": lambda v, s, r: any(fits(v, one, r) for one in s["anyOf"]),
    "oneOf": lambda v, s, r: sum(fits(v, one, r) for one in s["oneOf"]) == 1,
    "not": lambda v, s, r: not fits(v, s["not"], r),
}
