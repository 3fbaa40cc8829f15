"""The city's yearly key list comes in whole: a file or pasted lines, with its document and date.

Basis: 环境监管重点单位名录管理办法 (2023-01-01) [confirmed]; obligation 7.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from uuid import uuid4

from policies.roster.key_list import Listed
from policies.roster.key_list_rows import LAYOUT, Judged, read_lines, read_table
from services.ruling.rule_choice_errors import FieldMissing, KeyListRefused, SameListAgain
from services.sheets import read_table as read_sheet
from services.work import Work
from tenants import journal
from tenants.organisation_rows import KeyList
from tenants.stores import key_lists

_SHOWN = 20
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class NewKeyList:
    """A list as handed in.

    Attributes:
        year: it is for. text: the document that publishes it. issued_on: its date.
        supplement: adds to the year's list instead of replacing it.
        data, name: the file, xlsx or csv; without data, `lines` holds one entry a line.
    """

    year: int
    text: str
    issued_on: date
    supplement: bool = False
    data: bytes = field(default=b"", repr=False)
    name: str = ""
    lines: str = ""


async def keep_key_list(work: Work, new: NewKeyList) -> KeyList:
    """Keep a list of the own bureau.

    Raises:
        KeyListRefused: a row is wrong, or there is none. SameListAgain: the year has it. FieldMissing.
        Problem: the file is unreadable (see `services.sheets.read_table`).
    """
    work.require("keylist.keep")
    if not new.text.strip():
        raise FieldMissing(field="文号", need="公布名录的文件")
    if not 2000 <= new.year <= 2999:
        raise FieldMissing(str(new.year), field="年度", need="四位年份")
    entries = await _entries(new)
    digest = sha256("\n".join(sorted(map(repr, entries))).encode()).hexdigest()
    bureau = work.scope.bureau
    if digest in {one.sha256 for one in await key_lists.all_of(work.db, work.scope, bureau, new.year)}:
        raise SameListAgain(new.name or f"{len(entries)} 行", year=new.year)
    row = KeyList(
        bureau=bureau,
        id=uuid4(),
        year=new.year,
        kind="supplement" if new.supplement else "whole",
        text=new.text.strip(),
        issued_on=new.issued_on,
        file_name=new.name,
        sha256=digest,
        count=len(entries),
        at=work.now,
        by=work.principal.subject,
    )
    await key_lists.put(work.db, work.scope, row, entries)
    await _note(work, row)
    return row


async def _entries(new: NewKeyList) -> tuple[Listed, ...]:
    def judge() -> Judged:
        if new.data:
            return read_table(read_sheet(new.data, new.name, LAYOUT))
        return read_lines(new.lines)

    entries, faults = await _apart(judge)
    if faults:
        told = "；".join(f"第 {one.row} 行：{one.why}" for one in faults[:_SHOWN])
        raise KeyListRefused(told, need=f"每一行都合格，现有 {len(faults)} 行有问题")
    if not 0 < len(entries) <= _MOST:
        raise KeyListRefused(str(len(entries)), need=f"1 至 {_MOST} 家单位")
    return entries


async def _apart(judge: Callable[[], Judged]) -> Judged:
    return await asyncio.to_thread(judge)


async def _note(work: Work, row: KeyList) -> None:
    after = {"year": row.year, "kind": row.kind, "count": row.count, "sha256": row.sha256, "text": row.text}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="keylist.keep",
        target=f"key-list/{row.bureau}/{row.id}",
        why=row.file_name,
        after=after,
        at=work.now,
    )
