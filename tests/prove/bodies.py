"""What is sent: every write route's fields filled in, one id after the other replaced by another bureau's.

The fields of JSON stand in the API's description; those of a form are what its module asks for by name. A
field of JSON nobody sorted into "an id" or "not an id" fails the build.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Litestar

from policies.access import ACTIONS
from services.identity.people import demo_people
from services.web.census import handlers

from .probes import ABSENT, BUREAUS, OTHERS, PLACE, WAYS, Probe, filled, left_out
from .rows import FOREIGN, OWN, uuid_of, word

# field → (where the own bureau's stands in `own`, the other bureau's); numbers as in the rows of the ground
FOREIGN_ID = str(uuid_of(FOREIGN))
IDS: dict[str, tuple[str, Any]] = {
    "visit_ids": ("visit.id", FOREIGN_ID), "visit": ("visit.id",
    FOREIGN_ID), "id": ("duty.id", FOREIGN_ID),
    "batch": ("import_batch.id", FOREIGN_ID), "duty": ("duty.id", FOREIGN_ID),
    "key_list": ("key_list.id", FOREIGN_ID), "notice": ("notice.id", FOREIGN_ID),
    "difference": ("", FOREIGN_ID), "request": ("", FOREIGN_ID),
    "ref": ("=1", 9000), "proposal": ("=1", 9000), "k": ("=1", 9000), "n": ("=1", 9000),
    "draw_no": ("=1", 700_007), "district_draw": ("=1", 700_007), "draw": ("=1", 700_007),
    "slot": ("=0", 50_005), "slots": ("=0", 50_005),
    "site_code": ("site.code", word(FOREIGN, "code")), "site": ("site.code", word(FOREIGN, "code")),
    "certificate": ("officer.certificate", word(FOREIGN, "certificate")),
    "officer": ("officer.certificate", word(FOREIGN, "certificate")),
    "certificates": ("officer.certificate", word(FOREIGN, "certificate")),
    "officers": ("officer.certificate", word(FOREIGN, "certificate")),
    "present": ("officer.certificate", word(FOREIGN, "certificate")),
    "listed": ("officer.certificate", word(FOREIGN, "certificate")),
    "team": ("officer.certificate", word(FOREIGN, "certificate")),
    "codes": ("site.code", word(FOREIGN, "code")),
    "bureau": (f"={OWN}", FOREIGN), "district": (f"={OWN}", FOREIGN),
    "subject": (f"=demo-{OWN}-reviewer", f"demo-{FOREIGN}-reviewer"),
    "person": (f"=demo-{OWN}-reviewer", f"demo-{FOREIGN}-reviewer"),
    "taker": (f"=demo-{OWN}-reviewer", f"demo-{FOREIGN}-reviewer"),
    "to": ("site.code", word(FOREIGN, "code")), "submissions": ("roster_submission.id", FOREIGN_ID),
    "client": ("=platform-410000", "platform-150000"),
    "account": ("=platform-410000", "platform-150000"),
    "username": ("=x", f"{FOREIGN}-reviewer"), "unit": ("=x", word(FOREIGN, "unit")),
}  # fmt: skip
# no ids: what a careful person would write there, so that the ids are looked at
WORDS: dict[str, Any] = {
    "reason": "理由", "why": "理由", "period": "2026Q1", "day": "2026-01-06", "days": "2026-01-06",
    "year": 2026, "first": "2026-12-07",
    "last": "2026-12-07", "since": "2026-01-05", "until": "2026-12-31",
    "item": "routine", "kind": "routine", "name": "模拟", "note": "说明", "basis": "依据", "clause": "第一条",
    "quote": "引文", "mark": "unverified", "checked_on": "2026-01-05", "effective": "2026-04-01",
    "published": "2026-01-05", "issued_on": "2026-01-05", "seen_on": "2026-01-05", "beacon_at":
    "2026-01-08T01:00:00Z", "reveal_by": "2026-04-10", "started_at": "2026-01-05T01:00:00Z",
    "ended_at": "2026-01-05T02:00:00Z", "at": "2026-01-05T01:00:00Z", "due": "2026-02-05",
    "role": "section_supplier", "level": "county", "code": "411799", "receipt": "回执", "words": "经过",
    "contact": "模拟", "answer": "答复", "matter": "事由", "source": "线索", "urgent": "来不及",
    "finding": "founded", "channel": "other", "purpose": "核对", "minutes": 5, "opinion": "同意",
    "text": "文字", "title": "标题", "section": "enforcement", "narrative": "记录", "result": "compliant",
    "topic": "培训", "organiser": "本局", "remark": "说明", "document": "文号", "hours": "2",
    "post": "名录管理", "scope": "范围", "approve": True, "form_version": "",
    "accept": True, "copy": False, "absent": False, "act": "disable",
    "profile": "x", "visit_type": "routine", "method": "x", "credit_code": "91410000000000000X",
    "path": "/api/v1/x", "parts": "x", "place_reason": "理由", "about": "year", "recipient": "区政府",
    "answer_by": "2026-02-05", "verdict": "unclear", "letter": "通报", "responsible": "某某",
    "measure": "talk", "check": 1, "drop": 1, "size": 1, "digest": "0" * 64,
    "evidence": {"digits": "1" * 20},
    "what": "results", "value": "x", "roster": "sites", "all": "yes", "whose": "x", "state": "closed",
    "field": "basin", "heading": "标题", "case": "案号", "corrected": "2026-01-06",
    "read": "0" * 64, "elsewhere": "外地", "dated": "2026-01-05", "criterion": "x",
    "mode": "manual", "format": "csv", "target": "x", "token": "x", "url": "https://platform.example.org/in",
    "choices": {"x/name": FOREIGN_ID},  # of a list that is not of the merge
}  # fmt: skip
# neither: numbers, texts and secrets that name nothing
PLAIN = frozenset({
    "accuracy", "ahead", "answers", "attachments", "beacon", "bundle", "by", "c", "crews", "digits",
    "columns", "rows", "escrow_copy", "factors", "file", "general", "h", "holidays",
    "issue", "key", "key_special", "lat", "lines", "lon",
    "measures", "numbers", "outsider", "pairs", "sig",
    "signature", "special", "staff", "suite", "supplement",
    "trust", "events", "vkey", "workdays", "body", "form",
    "secrets", "mobile", "mail", "forget", "settings",
})  # fmt: skip
# a text of which the description says the form: one of a bureau's codes, or of the form only
PATTERNS: dict[str, str | None] = {r"^\d{6}$": None, r"^(\d{6})?$": None, "^[0-9a-f]{64}$": "0" * 64}
LOOKED_UP = re.compile(r'"(\w+)"')


@dataclass(frozen=True)
class Bodied(Probe):
    """A probe with what it sends; `kind` is the body's content type."""

    body: Any = None
    kind: str = ""


def plan(app: Litestar, own: dict[str, str]) -> list[Bodied]:
    """Every write route with the own bureau's ids in its path, by somebody who may."""
    schema = app.openapi_schema.to_schema()
    made: list[Bodied] = []
    for path, handler in sorted(handlers(app), key=lambda one: one[0]):
        action = handler.opt["action"]
        if left_out(path):
            continue
        for method in sorted({*handler.http_methods} - {"GET", "HEAD", "OPTIONS"}):
            may = [p.username for p in demo_people() if p.bureau == OWN and {*p.roles} & {*ACTIONS[action]}]
            concrete = own_path(path, own)
            for kind, how, body in bodies(schema, method, path, handler, own):
                who = may[len(made) % min(len(may), 2)] if may else f"{OWN}-keeper"
                made.append(Bodied(who, method, concrete, path, how, (), False, body, kind))
    return made


def own_path(path: str, own: dict[str, str]) -> str:
    return next((made for how, made, _ in filled("GET", path, own) if how == "own"), path)


def bodies(
    schema: dict[str, Any], method: str, path: str, handler: Any, own: dict[str, str]
) -> Iterator[tuple[str, str, Any]]:
    """(content type, which field is the other bureau's, body) of a route; one body a field."""
    if not path.startswith("/api/"):
        fields = form_fields(handler)
        for name in sorted(fields & {*IDS}):
            yield "form", name, {f: str(value_of(f, own, f == name)) for f in fields if known(f)}
        return
    said = content_of(schema, method, path)
    for kind, part in said.items():
        for name in sorted(names_in(part, schema) & {*IDS}):
            yield kind, name, example(part, schema, lambda one, name=name: value_of(one, own, one == name))


def content_of(schema: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """Content type → schema of what an API route takes."""
    operation = schema["paths"].get(PLACE.sub(r"{\1}", path), {}).get(method.lower(), {})
    content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    return {kind: one["schema"] for kind, one in content.items()}


def form_fields(handler: Any) -> set[str]:
    """Names a form's module looks up; its neighbours' too, which the form then carries for nothing."""
    source = inspect.getsource(inspect.getmodule(handler.fn) or handler.fn)
    return {one for one in LOOKED_UP.findall(source) if one in IDS or one in WORDS}


def unsorted(app: Litestar) -> set[str]:
    """Fields of JSON nobody sorted."""
    schema = app.openapi_schema.to_schema()
    found: set[str] = set()
    for path, handler in handlers(app):
        for method in handler.http_methods - {"GET", "HEAD", "OPTIONS"}:
            for part in content_of(schema, method, path).values():
                found |= names_in(part, schema)
    return {name for name in found if not known(name) and name not in PLAIN}


def known(name: str) -> bool:
    return name in IDS or name in WORDS


def value_of(name: str, own: dict[str, str], foreign: bool) -> Any:
    """Of a field: the other bureau's id, or what the own bureau would send."""
    if name not in IDS:
        return WORDS[name]
    where, other = IDS[name]
    if foreign:
        return other
    mine = where[1:] if where.startswith("=") else own.get(where) or ABSENT
    return int(mine) if isinstance(other, int) else mine


Sent = tuple[str, Any]


def body_of(schema: dict[str, Any], probe: Probe, own: dict[str, str]) -> Sent:
    """(content type, body) the description accepts, so that a forged id reaches the code behind the form.

    Its ids are filled in as those of the path, and are the other bureau's where the path has own ones alone.
    """
    for kind, part in content_of(schema, probe.method, probe.route).items():
        return kind, example(part, schema, lambda name: id_of(name, own, probe.places))
    return "", None


def id_of(name: str, own: dict[str, str], places: str) -> Any:
    """An id of a body, for one of the ways of filling the places of a path."""
    if name not in IDS:
        return WORDS[name]
    bureau, rest, _ = WAYS.get(places, (0, 0, 0))
    which = bureau if name in BUREAUS else rest
    if which == 2:
        return absent(name)
    return value_of(name, own, which == 1 or bureau == rest == 0)


def absent(name: str) -> Any:
    """What names nothing, where `IDS` names something of the other bureau."""
    other = IDS[name][1]
    if other == FOREIGN_ID:
        return ABSENT
    numbers = {int(had): int(none) for had, none in (OTHERS[one][1:] for one in ("draw_no", "slot", "n"))}
    if isinstance(other, int):
        return numbers[other]
    named = re.sub(r"150\d{3}", "999999", other)
    return named if named != other else "no-such-code"


CARRIED = {str(value) for name, (_, value) in IDS.items() for value in (value, absent(name))}


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in part:
            part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
            continue
        choices = [one for key in ("oneOf", "anyOf", "allOf") for one in part.get(key, ())]
        part_ = next((one for one in choices if one.get("type") != "null"), None)
        if part_ is None:
            return part
        part = part_


def names_in(part: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> set[str]:
    """Names of all fields that hold no others, however deep."""
    part = _resolved(part, schema)
    if depth > 6:
        return set()
    if "items" in part:
        return names_in(part["items"], schema, depth + 1)
    found: set[str] = set()
    for name, one in part.get("properties", {}).items():
        found |= names_in(one, schema, depth + 1) or {name}
    return found


def example(
    part: dict[str, Any], schema: dict[str, Any], choose: Callable[[str], Any], name: str = "", depth: int = 0
) -> Any:
    """A body with every id in its place; `choose` gives the value of a field by its name."""
    part = _resolved(part, schema)
    if "items" in part:
        return [example(part["items"], schema, choose, name, depth + 1)]
    if part.get("type") == "object" or "properties" in part:
        inside = part.get("properties", {}) if depth < 6 else {}
        wanted = {*part.get("required", ())} | {one for one in inside if names_ids(inside[one], schema, one)}
        return {one: example(inside[one], schema, choose, one, depth + 1) for one in inside if one in wanted}
    if part.get("pattern") in PATTERNS:
        return choose("bureau") if PATTERNS[part["pattern"]] is None else PATTERNS[part["pattern"]]
    if name in IDS:
        return _typed(choose(name), part)
    if "enum" in part:
        return WORDS[name] if WORDS.get(name) in part["enum"] else part["enum"][0]
    if name in WORDS:
        return _typed(WORDS[name], part)
    plain = {"integer": 1, "number": 1, "boolean": True, "null": None}
    texts = {"uuid": ABSENT, "date": "2026-01-05", "date-time": "2026-01-05T01:00:00Z"}
    kind = part.get("type")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    return plain[kind] if kind in plain else texts.get(str(part.get("format")), "x")


def names_ids(part: dict[str, Any], schema: dict[str, Any], name: str) -> bool:
    return name in IDS or bool(names_in(part, schema) & {*IDS})


def _typed(value: Any, part: dict[str, Any]) -> Any:
    """A number stays one where a number is wanted."""
    kinds = part.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "integer" in kinds:
        return value if isinstance(value, int) else 1
    if "boolean" in kinds:
        return bool(value)
    return str(value)
