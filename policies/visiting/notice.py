"""What the public sees: an allow-list of fields per kind of notice; persons and contacts never.

Basis: 西环〔2024〕3号 二（六）; 昆都仑方案 七、6; 国办发〔2018〕118号
(20 working days, 7 for penalties) [confirmed].
"""

import re
from collections.abc import Mapping
from typing import Any

from policies.visiting.visit_errors import FieldNotPublic

PLAN_FIELDS = ("item", "item_name", "counts", "staff", "lines", "totals", "quarters", "warnings")
RESULT_FIELDS = (
    "site_code site_name credit_code stratum visited_on team_size unit joint result result_words findings "
    "measures order_due record_sha256 item period draw_bureau draw_no basis simulated verifiable"
)
DRAW_FIELDS = (
    "bureau subject item kind period draw_no strata drawn officers manifest beacon root beacon_kind digits "
    "frozen_at drawn_at reveal_by basis simulated verifiable batch list_fingerprint waivers"
)
ORGANISATION_FIELDS = "bureau on duties basis simulated"
ENTRUSTMENT_FIELDS = "bureau on entrustments basis simulated"
KEY_LIST_FIELDS = "bureau year list_kind text issued_on count entries basis simulated"
WAIVER_FIELDS = "bureau above above_name pairs since until reason staff approved_on simulated"
PUBLIC_FIELDS: dict[str, frozenset[str]] = {
    "result": frozenset(RESULT_FIELDS.split()),
    "draw": frozenset(DRAW_FIELDS.split()),
    "plan": frozenset(("bureau", "subject", "year", "plans", "basis", "simulated", *PLAN_FIELDS)),
    "organisation": frozenset(ORGANISATION_FIELDS.split()),
    "entrustment": frozenset(ENTRUSTMENT_FIELDS.split()),
    "key_list": frozenset(KEY_LIST_FIELDS.split()),
    "waiver": frozenset(WAIVER_FIELDS.split()),
}
# Codes and fingerprints are checked where they enter; masking digits inside them would falsify them.
EXACT_FIELDS = (
    "site_code credit_code record_sha256 manifest beacon root digits draw_no batch list_fingerprint"
)
EXACT = frozenset(EXACT_FIELDS.split())
PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx]|0\d{2,3}-\d{7,8})(?!\d)|[\w.+-]+@[\w-]+\.\w+")
MASK = "＊＊＊"


def public_view(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The public fields of one row, in order, free text masked of phone and identity numbers.

    Args:
        kind: a key of PUBLIC_FIELDS.
        row: fields; every one must be on the allow-list of the kind.

    Raises:
        FieldNotPublic: a field is not on the list; nothing is dropped silently.
    """
    strange = sorted(set(row) - PUBLIC_FIELDS[kind])
    if strange:
        raise FieldNotPublic("、".join(strange))
    return {name: value if name in EXACT else mask(value) for name, value in row.items()}


def mask(value: Any) -> Any:
    """Mask phone numbers, identity numbers and e-mail addresses in every text inside `value`."""
    if isinstance(value, str):
        return PERSONAL.sub(MASK, value)
    if isinstance(value, Mapping):
        return {k: v if k in EXACT else mask(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [mask(v) for v in value]
    return value
