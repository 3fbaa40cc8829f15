"""Every public function of the stores, called with a bureau's keys without anyone writing the call down."""

import importlib
import inspect
import pkgutil
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.rulebook.law_key import VISIT_TYPES
from tenants import journal, stores
from tenants.moving import records
from tenants.organisation_rows import Duty
from tenants.scope import Scope
from tenants.stores import sites

from .rows import AT, COMMON, DAY, NUMBERS, uuid_of, word

HELPERS = (
    "common.",
    "bulk.as_json",
    "bulk.plain",
    "evidence.lacking",
    "officers.kept_as",
    "journal.content_of",
    "journal.entry_hash",
)
SHARED = (
    "bureaus.", "log.", "witness_keys.", "calendar.enter", "calendar.history", "calendar.notices",
    "deployment_jobs.", "records.home_of", "records.switch", "records.closed_gates",
)  # fmt: skip
PUBLIC = ("public.", "public_choices.", "public_numbers.")
LOGIN = (
    "members.of_subject",
    "members.standing",
    "api_clients.of_client",
    "glass.of_subject",
)  # shows a login its own memberships; the subject is its scope
WORDS = {"by": "someone", "why": "why", "reason": "why", "verdict": "noted"}
AS_COLUMN = {
    "certificates": "certificate",
    "team": "certificate",
    "slots": "slot",
    "visits": "id",
    "ids": "id",
}
ENTRY = dict.fromkeys(("actor", "actor_name", "action", "target", "why"), "x") | {
    "at": AT, "before": None, "after": None,
}  # fmt: skip
NAMED = {  # where a function calls a column otherwise
    ("bulk.history", "key"): "code", ("edits.by_person", "person"): "by",
    ("officers.of_person", "subject"): "person", ("visit_requests.of_person", "subject"): "asked_by",
}  # fmt: skip
FIELDS = {  # where a record handed in must be of a kind the database takes
    "members.refuse_conflicts": ("new", {"role": "drawer"}),
    "members.refuse_overlap": ("new", {"role": "registry_keeper"}),
    "role_grants.propose": ("row", {"role": "drawer"}),
    "handovers.give": ("row", {"digest": "0" * 64}),
    "audits.put_finding": ("row", {"kind": "late"}),
}


@dataclass(frozen=True)
class Store:
    """A public function of a store module."""

    name: str
    call: Callable[..., Any]

    @property
    def kind(self) -> str:
        """How it is proved; "unknown" fails the build."""
        if self.name.startswith(HELPERS):
            return "helper"
        if self.name.startswith(SHARED):
            return "shared"
        if self.name in LOGIN:
            return "login"
        takes_scope = "scope" in inspect.signature(self.call).parameters
        if self.name.startswith(PUBLIC) or self.name.partition(".")[2].startswith("public_"):
            return "unknown" if takes_scope else "public"
        return "scoped" if takes_scope else "unknown"

    def given(self, db: AsyncConnection, scope: Scope, bureau: str) -> dict[str, Any]:
        """Arguments that name things of `bureau`; what has a default keeps it, the bureau aside."""
        hints = get_type_hints(self.call)
        made: dict[str, Any] = {}
        for name, parameter in inspect.signature(self.call).parameters.items():
            if name == "db":
                made[name] = db
            elif name == "scope":
                made[name] = scope
            elif self.kind == "login" and name == "subject":
                made[name] = scope.subject
            elif self.name.startswith("records.") and name == "code":
                made[name] = bureau  # the moves call a bureau by its code
            elif (self.name, name) == ("journal.follow", "values"):
                made[name] = ENTRY
            elif (self.name, name) == ("notify_counts.draws_within", "last"):
                made[name] = AT + timedelta(days=1)
            elif (self.name, name) == ("visit_requests.unapproved", "kinds"):
                made[name] = frozenset(VISIT_TYPES)
            elif (self.name, name) in NAMED:
                made[name] = word(bureau, NAMED[self.name, name])
            elif parameter.default is inspect.Parameter.empty or name == "bureau":
                made[name] = value(name, hints[name], bureau)
        if self.name in FIELDS:
            name, changed = FIELDS[self.name]
            made[name] = replace(made[name], **changed)
        return made


def every_store() -> list[Store]:
    """All public functions that store modules define themselves."""
    found = []
    for module in pkgutil.iter_modules(stores.__path__):
        loaded = importlib.import_module(f"tenants.stores.{module.name}")
        for name, one in inspect.getmembers(loaded, inspect.isfunction):
            if one.__module__ == loaded.__name__ and not name.startswith("_"):
                found.append(Store(f"{module.name}.{name}", one))
    for beside in (records, journal):  # the moves' and the journal's, kept beside the stores
        for name, one in inspect.getmembers(beside, inspect.isfunction):
            if one.__module__ == beside.__name__ and not name.startswith("_"):
                found.append(Store(f"{beside.__name__.rpartition('.')[2]}.{name}", one))
    return found


def value(name: str, kind: Any, bureau: str) -> Any:
    """Something of a type, named like the column that would hold it."""
    known = COMMON | NUMBERS[bureau] | {"bureau": bureau, "roster": sites.ROSTER, "role": "platform"}
    known |= {"missing": 0, "extra": 0, "teams": 0, "base": 2, "minutes": 30, "asker_role": "system_admin"}
    known |= {"pairs": "registry_keeper+drawer"}
    if name == "kind" and get_origin(kind) is type:
        return Duty
    if name == "period":
        return COMMON["period"]
    if name == "bureaus":
        return [bureau]
    if name in known and _fits(known[name], kind):
        return known[name]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return inside[0]
    if origin in (Union, types.UnionType):
        return value(name, next(one for one in inside if one is not type(None)), bureau)
    if name == "manifest":
        return _manifest(bureau)
    if origin in (Mapping, dict, Callable):
        return {"name": "changed"}
    if origin in (Sequence, Iterable, Collection, tuple, list, frozenset, set):
        return _several(origin, name, inside, bureau)
    return _single(name, kind, bureau)


def _fits(made: Any, kind: Any) -> bool:
    if kind in (str, int):
        return isinstance(made, kind)
    return not isinstance(made, str | int) and not is_dataclass(kind)


def _several(origin: Any, name: str, inside: tuple[Any, ...], bureau: str) -> Any:
    one = {
        "certificates": "certificate",
        "subjects": "subject",
        "team": "certificate",
        "slots": "slot",
        "visits": "id",
        "codes": "code",
    }.get(name, name)
    if origin is tuple and len(inside) == 2 and inside[1] is not Ellipsis:
        return tuple(value(name, part, bureau) for part in inside)
    wanted = [value(one, inside[0] if inside else str, bureau)]
    return {list: list, tuple: tuple, frozenset: frozenset, set: set}.get(origin, list)(wanted)


def _single(name: str, kind: Any, bureau: str) -> Any:
    if isinstance(kind, TypeVar):
        return _built(get_type_hints(sites.one)["return"], bureau)
    if kind is Any:
        return {"name": "changed"}
    if is_dataclass(kind):
        return _built(kind, bureau)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    simple = {bool: True, int: NUMBERS[bureau]["slot"], float: 1.0, bytes: b"changed", UUID: uuid_of(bureau),
              datetime: AT, date: DAY, dict: {}}  # fmt: skip
    if kind in simple:
        return simple[kind]
    return WORDS.get(name, word(bureau, name))


def _manifest(bureau: str) -> dict[str, Any]:
    """What the ground's draw says of itself, so that a freeze gets as far as it can."""
    told = {"bureau": bureau, "draw_no": NUMBERS[bureau]["draw_no"], "subject": word(bureau, "subject")}
    days = {"prev": "0" * 64, "beacon_at": AT.isoformat(), "reveal_by": DAY.isoformat()}
    return told | days | {"item": "routine", "kind": "routine", "period": COMMON["period"]}


def _built(kind: Any, bureau: str) -> Any:
    hints = get_type_hints(kind)
    wanted = [f for f in fields(kind) if f.init and (f.default is MISSING and f.default_factory is MISSING)]
    also = [f for f in fields(kind) if f.name in ("bureau", "id")]
    return kind(
        **{
            f.name: value(f.name, hints[f.name], bureau)
            for f in {f.name: f for f in [*wanted, *also]}.values()
        }
    )
