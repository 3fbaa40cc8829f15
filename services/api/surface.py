"""What a client of the API may rely on, line by line: addresses, what they take, what they answer.

Versioning policy: the address carries the version. Within it a line is never taken away and nothing that
was optional becomes required; what is new may be added. docs/api.md says how long a version lives.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
TAKES, ANSWERS, MUST = "<", ">", "!"
_DEEP = 6  # a body of a body; deeper ones are their own business


def surface(schema: Schema) -> tuple[str, ...]:
    """Sorted lines: "POST /x", "POST /x < name" it takes, "POST /x < name!" it must get, "POST /x > name"."""
    known = schema["components"]["schemas"]
    return tuple(sorted(set(_lines(schema["paths"], known))))


def broken(released: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """What a client of the released surface would miss: lines gone, and what it must send only now."""
    before, after = set(released), set(now)
    gone = before - after - {line for line in before if line.endswith(MUST)}
    operations = {line for line in before if " " not in line.partition(" ")[2]}
    asked = {
        line
        for line in after - before
        if line.endswith(MUST) and line.partition(f" {TAKES}")[0] in operations and _new_demand(line, before)
    }
    return tuple(sorted(gone | asked))


def _new_demand(line: str, before: set[str]) -> bool:
    """Whether a field is asked for where its own surroundings were there before: not inside of a new part."""
    outer, mark, _ = line.rstrip(MUST).rpartition(".")
    return not mark or outer in before or f"{outer}{MUST}" in before


def _lines(paths: Schema, known: Schema) -> Iterator[str]:
    for path, operations in paths.items():
        for verb, one in operations.items():
            name = f"{verb.upper()} {path}"
            yield name
            for parameter in one.get("parameters", ()):
                must = MUST if parameter.get("required") and parameter["in"] != "path" else ""
                yield f"{name} {TAKES} {parameter['in']}:{parameter['name']}"
                if must:
                    yield f"{name} {TAKES} {parameter['in']}:{parameter['name']}{must}"
            for content in one.get("requestBody", {}).get("content", {}).values():
                yield from _fields(content["schema"], f"{name} {TAKES} ", known, takes=True)
            for code, answer in one.get("responses", {}).items():
                if code.startswith("2"):
                    for content in (answer.get("content") or {}).values():
                        yield from _fields(content.get("schema", {}), f"{name} {ANSWERS} ", known)


def _fields(
    schema: Schema, before: str, known: Schema, deep: int = 0, *, takes: bool = False
) -> Iterator[str]:
    while "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    if deep > _DEEP:
        return
    for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _fields(one, before, known, deep + 1, takes=takes)
    if isinstance(schema.get("items"), Mapping):
        yield from _fields(schema["items"], before, known, deep + 1, takes=takes)
    must = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        line = f"{before}{name}"
        yield line
        if takes and name in must:
            yield f"{line}{MUST}"
        yield from _fields(field, f"{line}.", known, deep + 1, takes=takes)
