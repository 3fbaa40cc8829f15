"""The journal as pages and files show it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from policies.access import LABELS
from policies.errors import Language
from services.sheets import write_csv
from services.usecases.read_journal import JournalState
from tenants.journal import content_of
from tenants.records import JournalEntry

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


def as_lines(entries: Sequence[JournalEntry], mark: Sequence[str]) -> bytes:
    """JSON lines: the mark of the copy first, then each entry with everything its hash is made of."""
    told: list[Any] = [{"mark": list(mark)}, *(content_of(one) | {"hash": one.hash.hex()} for one in entries)]
    return b"".join(rfc8785.dumps(one) + b"\n" for one in told)


def labels(lang: Language) -> Mapping[str, str]:
    """Action → what people call it."""
    return {name: words[lang] for name, words in LABELS.items()}


def differences(entry: JournalEntry) -> tuple[tuple[str, str, str], ...]:
    """(member, before, after) of what an entry tells; equal values once, as after."""
    before = entry.before if isinstance(entry.before, dict) else {"": entry.before}
    after = entry.after if isinstance(entry.after, dict) else {"": entry.after}
    names = dict.fromkeys((*before, *after))
    made = ((name, _words(before.get(name)), _words(after.get(name))) for name in names)
    return tuple((name, was if was != now else "", now) for name, was, now in made if was or now)


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
    label = LABELS.get(entry.action, {"zh": entry.action})["zh"]
    return [
        str(entry.n), told["at"], entry.actor, entry.actor_name, label, entry.action, entry.target, entry.why,
        _words(entry.before), _words(entry.after), told["prev"], entry.hash.hex(),
    ]  # fmt: skip


def _words(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
