"""From what a person typed into a form to the plain value of a law file; nothing is guessed."""

from collections.abc import Mapping, Sequence

from policies.rulebook.bases.base import Member
from policies.rulebook.bases.registry import BASES

PER: tuple[tuple[str, str, str], ...] = (
    ("month", "每月", "a month"),
    ("quarter", "每季度", "a quarter"),
    ("year", "每年", "a year"),
)


def filled(base: str, per: str, given: Mapping[str, object]) -> dict[str, object]:
    """The plain value of a ratio.

    Args:
        base: name of a base. per: month, quarter or year; "" for a part with the span of the whole.
        given: member → the text typed; for parts a sequence of mappings with `base` and members.

    Returns:
        As in a law file. Fields left empty are absent; what is no integer stays the text it is, so that the
        reader refuses it by name. An unknown base is handed on for the same reason.
    """
    found: dict[str, object] = {"base": base}
    if per:
        found["per"] = per
    for member in BASES[base].members if base in BASES else ():
        value = _value(member, given.get(member.name))
        if value is not None:
            found[member.name] = value
    return found


def _value(member: Member, typed: object) -> object | None:
    if member.kind == "parts":
        return _parts(typed)
    text = str(typed if typed is not None else "").strip()
    if member.kind == "integer" and text.isdecimal():
        return int(text)
    return text.replace("％", "%").replace("／", "/") or None


def _parts(typed: object) -> list[dict[str, object]] | None:
    if not isinstance(typed, Sequence) or isinstance(typed, str):
        return None
    rows = [row for row in typed if isinstance(row, Mapping) and row.get("base")]
    return [filled(str(row["base"]), str(row.get("per", "")), row) for row in rows] or None
