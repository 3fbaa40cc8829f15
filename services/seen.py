"""What the acting person is shown of a record: the one door by which pages and API cut every answer down.

A use case or a handler asks `Work.seen` for the action it serves and hands the record through `Seen.of`. The
web edge refuses to send the answer of a route whose action names visible fields when nobody asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import msgspec

from policies.access_parts import shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """Fields of the matrix that somebody sees of the records of some actions; `"hands" in seen` asks one."""

    fields: frozenset[str]

    def __contains__(self, field: object) -> bool:
        return field in self.fields

    def of(self, record: str, value: T, **instead: Any) -> T:
        """The record with every part blank that is not shown; a part the table does not name is one of those.

        Args:
            record: its name in `policies.access_parts`. value: a dataclass, or a struct of the API.
            instead: what stands for a hidden part; else "", (), {}, False, 0 or None by its kind, and null
                throughout in a struct: a nought would be told as a number.
        """
        kept = shown(record, self.fields)
        if isinstance(value, msgspec.Struct):
            hidden = {name: None for name in value.__struct_fields__ if name not in kept}
            return msgspec.structs.replace(value, **(hidden | _among(instead, hidden)))
        hidden = {
            one.name: _blank(getattr(value, one.name))
            for one in fields(value)  # type: ignore[arg-type]  # everything else handed in is a dataclass
            if one.name not in kept
        }
        return replace(value, **(hidden | _among(instead, hidden)))  # type: ignore[type-var]

    def members(self, record: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """A JSON object without the members that are not shown."""
        kept = shown(record, self.fields)
        return {name: one for name, one in value.items() if name in kept}


def _among(instead: Mapping[str, Any], hidden: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in instead.items() if name in hidden}


def _blank(value: Any) -> Any:
    """Nothing, of the same kind."""
    match value:
        case bool():
            return False
        case int():
            return 0
        case str():
            return ""
        case tuple() | list():
            return ()
        case Mapping():
            return {}
    return None
