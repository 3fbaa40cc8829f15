"""Filing (备案) of an approved plan and of a drawn list with each recipient the bureau's rules name.

What is filed is numbers and a fingerprint, never a name: the list itself stays sealed until the visits. Each
filing is a row of the journal, written in the transaction that approves or draws, so it is kept for good and
nobody forgets one; the receipt is a second row. Basis: 昆区分局方案 六 (同时报昆区政府、市环保局备案);
西环〔2024〕3号 一（四）; obligations 18 and 20.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policies.rd1.canonical import jcs, sha256
from policies.rulebook.rules import Rules
from services.notify.telling import tell, tell_other
from services.work import Work
from tenants import journal
from tenants.records import JournalEntry
from tenants.rows import Draw, PlanRow
from tenants.sealed_copy import fingerprint, sealed_parts
from tenants.stores import bureaus, journal_pages

MADE, RECEIPT = "filing.make", "filing.receipt"
_MOST = 500


@dataclass(frozen=True, slots=True)
class Filing:
    """What one recipient was sent.

    Attributes:
        about: "plan/<year>/<version>" or "draw/<number>". recipient: code in the rules. name: in words.
        basis: citation of the rule. mark: how far it could be checked.
        fingerprint: SHA-256 of the plan, or root of the drawn list, in hex. visits: how many.
        sealed: SHA-256 of the sealed copy that goes with a drawn list, "" for a plan; parts: what is in it.
        receipt: number or words of the receipt, "" while there is none. received_at: when it was noted.
    """

    about: str
    recipient: str
    name: str
    basis: str
    mark: str
    at: datetime
    visits: int
    fingerprint: str
    receipt: str = ""
    received_at: datetime | None = None
    bureau: str = ""
    sealed: str = ""
    parts: tuple[str, ...] = ()


async def file_plan(work: Work, rules: Rules, row: PlanRow) -> None:
    """File an approved plan with everybody `filing.plan` names."""
    visits = sum(one["totals"]["all"] for one in row.body.get("plans") or [row.body])
    content = {"visits": visits, "fingerprint": sha256(jcs(row.body)).hex()}
    await _file(work, rules, "filing.plan", plan_target(row.year, row.version), content)


async def file_list(work: Work, rules: Rules, draw: Draw) -> None:
    """File a drawn list, sealed, with everybody `filing.list` names: how many visits, and the root."""
    parts = await sealed_parts(work.db, work.scope, draw.bureau, draw.draw_no)
    content = {
        "visits": (draw.summary or {}).get("drawn", 0),
        "fingerprint": draw.z or "",
        "sealed": fingerprint(parts),
        "parts": [name for name, _ in parts],
    }
    await _file(work, rules, "filing.list", draw_target(draw.draw_no), content)


def plan_target(year: int, version: int) -> str:
    """What a plan's filings are about."""
    return f"plan/{year}/{version}"


def draw_target(draw_no: int) -> str:
    """What a draw's filings are about."""
    return f"draw/{draw_no}"


async def filings_of(work: Work, bureau: str, about: str) -> tuple[Filing, ...]:
    """Filings of a visible bureau's plan or draw, in the order of the rule, each with its newest receipt."""
    return await _found(work, bureau, f"filing/{bureau}/{about}/")


async def every_filing(work: Work, bureau: str) -> tuple[Filing, ...]:
    """The newest filings of a visible bureau, oldest first: plans and drawn lists, 500 at most."""
    return await _found(work, bureau, f"filing/{bureau}/")


async def _found(work: Work, bureau: str, start: str) -> tuple[Filing, ...]:
    made, told = [
        await journal_pages.newest(work.db, work.scope, bureau, action=action, target=start, limit=_MOST)
        for action in (MADE, RECEIPT)
    ]
    return tuple(_filing(row, told) for row in reversed(made))


def target_of(bureau: str, about: str, recipient: str) -> str:
    """The journal's name of one filing."""
    return f"filing/{bureau}/{about}/{recipient}"


async def _tell(work: Work, recipient: str) -> None:
    """A superior reads its filings in its own bureau, a government without one reads within this bureau."""
    entries = {entry.code for entry in await bureaus.all_(work.control)}
    if recipient in entries and recipient != work.scope.bureau:
        await tell_other(work, recipient, "filing.received", act="filing.receive")
    else:
        await tell(work, "filing.received", act="filing.acknowledge")


async def _file(work: Work, rules: Rules, key: str, about: str, content: Mapping[str, Any]) -> None:
    value = rules.get(key)
    if value is None:
        return
    cited = {"basis": value.basis.cite(), "mark": value.basis.mark.value}
    for code, name in rules.pairs(key).items():
        await _tell(work, code)
        await journal.note(
            work.db,
            work.scope,
            actor=work.principal,
            action=MADE,
            target=target_of(work.scope.bureau, about, code),
            after={"recipient": code, "name": name, **cited, **content},
            at=work.now,
        )


def _filing(row: JournalEntry, told: Iterable[JournalEntry]) -> Filing:
    after = row.after
    _, bureau, about = row.target.removesuffix(f"/{after['recipient']}").split("/", 2)
    receipt = next((one for one in told if one.target == row.target), None)
    return Filing(
        about,
        after["recipient"],
        after["name"],
        after["basis"],
        after["mark"],
        row.at,
        after["visits"],
        after["fingerprint"],
        receipt.why if receipt else "",
        receipt.at if receipt else None,
        bureau,
        after.get("sealed", ""),
        tuple(after.get("parts", ())),
    )
