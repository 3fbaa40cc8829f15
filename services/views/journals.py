"""The journal as pages and files show it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from policies.errors import Language
from policies.journal_words import JOURNAL_LABELS
from services.sheets import write_csv
from services.sheets.writer import Cell, OutSheet, write_table
from services.usecases.read_journal import JournalState
from tenants.journal import content_of
from tenants.records import JournalEntry

SHEET = "操作日志"
LONGEST, CUT = 32_000, "……（余下见 JSON 行文件）"
HEADINGS = (
    "序号",
    "时间",
    "登录标识",
    "姓名",
    "操作",
    "操作代码",
    "对象",
    "理由",
    "之前",
    "之后",
    "上一条哈希",
    "哈希",
)


def as_csv(entries: Sequence[JournalEntry]) -> bytes:
    """A table; cells are text and no spreadsheet runs them as formulas."""
    return write_csv(HEADINGS, [_cells(one) for one in entries])


def as_xlsx(entries: Sequence[JournalEntry], mark: Sequence[str]) -> bytes:
    """A workbook with the mark of the copy on top; every cell is text but the number.

    A cell holds 32 767 characters: longer content is cut there and says so. The JSON lines hold it whole.
    """
    rows: list[list[Cell]] = [[one.n, *(_fitting(cell) for cell in _cells(one)[1:])] for one in entries]
    widths = (8, 24, 22, 12, 20, 18, 26, 30, 40, 40, 20, 20)
    return write_table([OutSheet(SHEET, HEADINGS, rows, notes=tuple(mark), widths=widths)])


def _fitting(cell: str) -> str:
    return cell if len(cell) <= LONGEST else cell[:LONGEST] + CUT


def as_lines(entries: Sequence[JournalEntry], mark: Sequence[str]) -> bytes:
    """JSON lines: the mark of the copy first, then each entry with everything its hash is made of."""
    told: list[Any] = [{"mark": list(mark)}, *(content_of(one) | {"hash": one.hash.hex()} for one in entries)]
    return b"".join(rfc8785.dumps(one) + b"\n" for one in told)


def labels(lang: Language) -> Mapping[str, str]:
    """Action → what people call it."""
    return {name: words[lang] for name, words in JOURNAL_LABELS.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """One member of an entry. `was`, `now`: in words, "" where there is none.

    Attributes:
        name: the members that lead there, joined by " › "; "" for an entry that is one value.
        kind: "same", "added", "removed" or "changed".
    """

    name: str
    was: str
    now: str
    kind: str


def differences(entry: JournalEntry) -> tuple[Change, ...]:
    """What an entry tells, member by member: what differs first, then what only stands there."""
    before, after = dict(_members(entry.before)), dict(_members(entry.after))
    alone = not before  # nothing to compare with: what was entered is told plainly
    made = [
        Change(name, was, now, "same" if alone else _kind(was, now))
        for name in dict.fromkeys((*before, *after))
        if (was := before.get(name, "")) or after.get(name)
        for now in (after.get(name, ""),)
    ]
    return tuple(sorted(made, key=lambda one: one.kind == "same"))


def _members(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(path, words) of everything inside; lists of plain values in one line."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _members(inner, (*path, str(name)))
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, inner in enumerate(value, 1):
            yield from _members(inner, (*path, str(number)))
    elif value is not None:
        words = [_words(one) for one in value] if isinstance(value, list) else [_words(value)]
        yield " › ".join(path), "、".join(words)


def _kind(was: str, now: str) -> str:
    if was == now:
        return "same"
    return "changed" if was and now else "added" if now else "removed"


def state_words(state: JournalState) -> str:
    """One sentence about the chain."""
    checked = state.checked
    if checked is None or checked.result is None:
        return f"日志共 {state.entries} 条，尚未核对过。"
    if not checked.result.get("ok"):
        return f"日志链有误：第 {checked.result.get('n')} 条（{checked.result.get('problem')}）。"
    return f"日志链完整：已核对 {checked.result.get('entries')} 条。"


def _cells(entry: JournalEntry) -> list[str]:
    told = content_of(entry)
    label = JOURNAL_LABELS.get(entry.action, {"zh": entry.action})["zh"]
    return [
        str(entry.n), told["at"], entry.actor, entry.actor_name, label, entry.action, entry.target, entry.why,
        _words(entry.before), _words(entry.after), told["prev"], entry.hash.hex(),
    ]  # fmt: skip


def _words(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
