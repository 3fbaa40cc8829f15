"""Examples of what the API takes, one for each body, built from its description and words of the field.

A field without a word of its own is a mistake of ours: the tests build every example and decode it again.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]
JSON = "application/json"
FORMATS = {
    "date": "2026-01-05",
    "date-time": "2026-01-05T09:30:00+08:00",
    "uuid": "3f0c2a51-6d0e-4a7b-9a52-0c1d7e1f2a63",
}
# field → what somebody of a county would send; the body it is in gives it its meaning
WORDS: Mapping[str, Any] = {
    "about": "draw/1", "ahead": 1, "basis": "行政处罚法", "by": "张某某", "case": "西环罚〔2026〕2号",
    "certificate": "4117210002", "certificates": "4117210002", "channel": "other",
    "choices": "3f0c2a51-6d0e-4a7b-9a52-0c1d7e1f2a63", "clause": "第一条", "client": "platform-410000",
    "codes": "DJ411721000001", "criterion": "complaints", "digits": "0" * 19 + "7", "district_draw": 1,
    "document": "西环〔2026〕1号", "draw_no": 1, "duty": "组长", "field": "basin", "heading": "所属流域",
    "item": "routine-source", "k": 1, "letter": "通报正文", "lines": "某某有限公司",
    "mail": "someone@example.org", "matter": "群众反映夜间排放", "minutes": 30, "mobile": "13800000000",
    "n": 1, "name": "某某", "narrative": "现场正常生产，防治设施运行。", "note": "检查点原文",
    "numbers": 7, "officers": "4117210002", "opinion": "情况属实", "parts": "emissions",
    "period": "2026Q1", "post": "大队长", "present": "4117210002", "profile": "henan-results",
    "proposal": 1, "purpose": "核对导入记录的数量", "reason": "在编执法人员三人",
    "receipt": "回执〔2026〕15号", "recipient": "city", "request": "核对导入记录的数量",
    "responsible": "大队长", "role": "inspector", "rows": "淮河", "scope": "现场检查", "sig": "00" * 64,
    "signature": "00" * 48, "site": "DJ411721000001", "site_code": "DJ411721000001", "size": 5, "slot": 0,
    "staff": 3, "subject": "demo-411721-keeper", "taker": "demo-411721-keeper", "text": "一句话写明情况",
    "topic": "执法程序", "unit": "生态环境综合行政执法大队", "username": "411721-keeper",
    "value": "沙颍河", "why": "写明理由", "words": "写明情况", "year": 2026,
}  # fmt: skip
# what a body that is a table is keyed by
KEYS = {"answers": "facilities.running", "choices": "DJ411721000001/name", "rows": "DJ411721000001"}


class NoWord(LookupError):
    """A field of a body that no example is known for."""


def with_examples(schema: Schema) -> Schema:
    """The description with an example at each JSON body; the one given is changed and returned.

    Args:
        schema: OpenAPI 3.1 as JSON.

    Raises:
        NoWord: a required field has neither an example, nor a closed list, nor a word in `WORDS`.
    """
    for content in _bodies(schema):
        content["example"] = _example(content["schema"], "", schema["components"]["schemas"])
    return schema


def _bodies(schema: Schema) -> Iterator[Schema]:
    for operations in schema.get("paths", {}).values():
        for operation in operations.values():
            content = (
                operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            )
            if JSON in content:
                yield content[JSON]


def _example(schema: Schema, name: str, known: Mapping[str, Schema]) -> Any:
    while "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    if schema.get("examples"):
        return schema["examples"][0]
    for one in ("oneOf", "anyOf"):
        if one in schema:
            return _example(next(s for s in schema[one] if s.get("type") != "null"), name, known)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next(value for value in schema["enum"] if value)
    return _of_type(schema, name, known)


def _of_type(schema: Schema, name: str, known: Mapping[str, Schema]) -> Any:
    kind = schema.get("type")
    kind = next(k for k in kind if k != "null") if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {})
        if not fields and isinstance(schema.get("additionalProperties"), dict) and name in KEYS:
            return {KEYS[name]: _example(schema["additionalProperties"], name, known)}
        wanted = schema.get("required") or list(fields)
        return {field: _example(fields[field], field, known) for field in wanted}
    if kind == "array":
        return [_example(schema.get("items", {}), name, known)]
    if kind == "boolean":
        return True
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if name not in WORDS:
        raise NoWord(name)
    return WORDS[name]
