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
from services.work import Work
from tenants import journal
from tenants.records import JournalEntry
from tenants.rows import Draw, PlanRow
from tenants.stores import journal_pages

MADE, RECEIPT = "filing.make", "filing.receipt"
_MOST = 500


@dataclass(frozen=True, slots=True)
class Filing:
    """What one recipient was sent.

    Attributes:
        about: "plan/<year>/<version>" or "draw/<number>". recipient: code in the rules. name: in words.
        basis: citation of the rule. mark: how far it could be checked.
        fingerprint: SHA-256 of the plan, or root of the drawn list, in hex. visits: how many.
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


async def file_plan(work: Work, rules: Rules, row: PlanRow) -> None:
    """File an approved plan with everybody `filing.plan` names."""
    visits = sum(sum(one["totals"].values()) for one in row.body.get("plans") or [row.body])
    content = {"visits": visits, "fingerprint": sha256(jcs(row.body)).hex()}
    await _file(work, rules, "filing.plan", plan_target(row.year, row.version), content)


async def file_list(work: Work, rules: Rules, draw: Draw) -> None:
    """File a drawn list, sealed, with everybody `filing.list` names: how many visits, and the root."""
    content = {"visits": (draw.summary or {}).get("drawn", 0), "fingerprint": draw.z or ""}
    await _file(work, rules, "filing.list", draw_target(draw.draw_no), content)


def plan_target(year: int, version: int) -> str:
    """What a plan's filings are about."""
    return f"plan/{year}/{version}"


def draw_target(draw_no: int) -> str:
    """What a draw's filings are about."""
    return f"draw/{draw_no}"


async def filings_of(work: Work, bureau: str, about: str) -> tuple[Filing, ...]:
    """Filings of a visible bureau's plan or draw, in the order of the rule, each with its newest receipt."""
    start = f"filing/{bureau}/{about}/"
    made, told = [
        await journal_pages.newest(work.db, work.scope, bureau, action=action, target=start, limit=_MOST)
        for action in (MADE, RECEIPT)
    ]
    return tuple(_filing(row, about, told) for row in reversed(made))


def target_of(bureau: str, about: str, recipient: str) -> str:
    """The journal's name of one filing."""
    return f"filing/{bureau}/{about}/{recipient}"


async def _file(work: Work, rules: Rules, key: str, about: str, content: Mapping[str, Any]) -> None:
    value = rules.get(key)
    if value is None:
        return
    cited = {"basis": value.basis.cite(), "mark": value.basis.mark.value}
    for code, name in rules.pairs(key).items():
        await journal.note(
            work.db,
            work.scope,
            actor=work.principal,
            action=MADE,
            target=target_of(work.scope.bureau, about, code),
            after={"recipient": code, "name": name, **cited, **content},
            at=work.now,
        )


def _filing(row: JournalEntry, about: str, told: Iterable[JournalEntry]) -> Filing:
    after = row.after
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
    )
