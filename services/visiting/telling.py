"""Lines of a file for another system: a public result as it stands, or an earlier one taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from policies.rulebook.rules import Rules
from policies.visiting.visits import seal_hash
from services.clock import CHINA
from services.connectors.base import Line
from tenants.records import Finding, Notice, Visit

Change = Literal["new", "changed", "withdrawn"]
CHANGES: Mapping[Change, str] = {"new": "新增", "changed": "变更", "withdrawn": "撤回"}


@dataclass(frozen=True, slots=True)
class TellingLine:
    """What a system is told about one result.

    Attributes:
        visit: the record. change: why it is told. line: field → value of the file.
        mark: SHA-256 (hex) of the words; "" when an earlier line is taken back.
        n: the how-manieth word about this result, from 1.
    """

    visit: Visit
    change: Change
    line: Line
    mark: str
    n: int

    @property
    def visit_id(self) -> UUID:
        """Id of the record."""
        return self.visit.id


def words_of(
    visit: Visit, notice: Notice, findings: Sequence[Finding], rules: Rules, names: Mapping[str, str]
) -> dict[str, str]:
    """The words of a line, without its number and its kind of change; equal facts give equal words.

    What was found is told in the words of the notice, masked as the public reads them.
    """
    body, site = notice.body, visit.form["site"]
    corrected = [one.corrected_at for one in findings if one.corrected_at is not None]
    whole = bool(findings) and len(corrected) == len(findings)
    return {
        "credit_code": str(site.get("credit_code", "")),
        "site_name": str(site["name"]),
        "site_code": visit.site_code,
        "bureau": visit.bureau,
        "bureau_name": names.get(visit.bureau, visit.bureau),
        "site_class": rules.pairs("class.names").get(body["stratum"], body["stratum"]),
        "site_address": str(site.get("site_address") or site.get("address", "")),
        "industry": str(site.get("industry", "")),
        "visit_type": visit.visit_type,
        "draw_no": str(visit.draw_no or ""),
        "period": str(body["period"]),
        "visited_on": str(body["visited_on"]),
        "item": rules.pairs("draw.items").get(body["item"], body["item"]),
        "result": str(body["result_words"]),
        "findings": "\n".join(
            f"{n}. {one['item']}：{one['text']}" for n, one in enumerate(body["findings"], 1)
        ),
        "measures": str(body["measures"]),
        "order_no": "；".join(dict.fromkeys(one.order_no for one in findings if one.order_no)),
        "order_due": str(body["order_due"]),
        "corrected_on": max(corrected).astimezone(CHINA).date().isoformat() if whole else "",
        "cases": "；".join(dict.fromkeys(one.penalty_ref for one in findings if one.penalty_ref)),
        "notice": str(notice.id),
        "record_sha256": visit.record_sha256,
    }


def mark_of(words: Mapping[str, str], fields: Iterable[str]) -> str:
    """SHA-256 (hex) over the canonical form of those words of a line that the system is told."""
    return seal_hash({name: words.get(name, "") for name in fields})


def identity_of(visit: Visit, notice: UUID, names: Mapping[str, str]) -> dict[str, str]:
    """Only what a line that takes an earlier one back needs to be found by."""
    site = visit.form["site"]
    return {
        "credit_code": str(site.get("credit_code", "")),
        "site_name": str(site["name"]),
        "site_code": visit.site_code,
        "bureau_name": names.get(visit.bureau, visit.bureau),
        "period": str(visit.form["period"]),
        "notice": str(notice),
    }
