"""Which part of a record is which field of the matrix: the one table by which every answer is cut down.

A record is served under an action whose row names `sees`. Each part of the record stands here with the field
it belongs to; ALWAYS is what a record cannot be named without. A part that stands nowhere is not served.

Basis: as `access_fields`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from policies.access_fields import FIELDS

ALWAYS = ""  # identity and stage of a record: whoever reaches it sees them

_DRAW = {
    ALWAYS: "bureau draw_no subject item kind period state authority verifiable created_at frozen_at"
    " beacon_at reveal_by drawn_at late opened_at void_reason voided_at suite",
    "numbers": "summary",
    "fingerprint": "m prev r z beacon",
    "rules": "manifest rules",
    "hands": "created_by frozen_by beacon_by drawn_by voided_by amended_by",
}
_FACE = {
    ALWAYS: "bureau draw_no subject item kind period state authority frozen_at beacon_at reveal_by drawn_at"
    " opened_at late void_reason voided_at stages sealed",
    "numbers": "strata excluded officers bans",
    "fingerprint": "m prev r z evidence commits log batch list_fingerprint",
    "rules": "beacon_rule team crews",
}
_RECORDS: dict[str, dict[str, str]] = {
    "draw": _DRAW,
    "face": _FACE,
    "stratum": {ALWAYS: "id", "numbers": "size least take", "rules": "rule"},
    "board": {
        ALWAYS: "draw face checks unsure",
        "numbers": "short difference lists",
        "progress": "progress joint",
        "days": "days",
        "hands": "commits",
    },
    "page": {ALWAYS: "board", "filings": "filings", "hands": "proposal people bars"},
    "void": {ALWAYS: "bureau draw_no n reason at approved_at", "hands": "by approved_by"},
    "minutes": {ALWAYS: "words body", "fingerprint": "h"},
    "minutes_body": {
        ALWAYS: "v bureau subject item kind period draw_no frozen_at beacon_at drawn_at late waivers",
        "numbers": "strata drawn officers",
        "fingerprint": "m r z commits log",
        "rules": "beacon",
    },
    "word": {
        ALWAYS: "bureau draw_no role at",
        "fingerprint": "h body device_key sig",
        "hands": "by name",
    },
    "overdue": {
        ALWAYS: "bureau draw_no period kind reveal_by",
        "progress": "outstanding",
    },
    "alarm": {
        ALWAYS: "bureau draw_no n verdict at",
        "fingerprint": "batch fingerprint",
        "numbers": "size missing extra teams",
        "hands": "by",
    },
    "witnessed": {
        ALWAYS: "row face suite mine told superior escrow_public",
        "fingerprint": "commit r",
    },
    "ceremony": {
        ALWAYS: "live turns part own others suite mine superior escrow_public mark",
        "fingerprint": "commit r minutes",
    },
    "voiding": {
        ALWAYS: "draw waits next_no logged",
        "progress": "calls_off kept",
        "hands": "proposal",
    },
    "readiness": {ALWAYS: "draw_no state", "hands": "points"},
    "ride": {
        ALWAYS: "draw_no slot visit_on joint missing",
        "names": "name",
        "place": "place point",
        "team": "team",
    },
    "visit": {
        ALWAYS: "bureau visit_id state",
        "names": "site",
        "record": "sha256 result upload_due publish_due uploaded_at record findings",
    },
    "own_visit": {
        ALWAYS: "bureau draw_no slot state role",
        "names": "name",
        "place": "place day",
        "team": "team",
        "part": "parts answers",
        "record": "record",
    },
    "visit_row": {
        ALWAYS: "bureau id draw_no slot visit_type subject state",
        "names": "site_code",
        "place": "started_at ended_at",
        "team": "officers recorded_by",
        "record": "form result_code narrative record_sha256 recorded_at reviewed_by reviewed_at upload_due"
        " publish_due uploaded_at upload_id review_note",
    },
}


def _by_part(fields: Mapping[str, str]) -> Mapping[str, str]:
    """part → field. Raises ValueError for an unknown field: a slip in the table."""
    if strange := set(fields) - set(FIELDS) - {ALWAYS}:
        raise ValueError(strange)
    return MappingProxyType({part: field for field, parts in fields.items() for part in parts.split()})


PARTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {record: _by_part(fields) for record, fields in _RECORDS.items()}
)


def shown(record: str, fields: frozenset[str]) -> frozenset[str]:
    """Parts of a record that somebody is shown who sees these fields."""
    return frozenset(part for part, field in PARTS[record].items() if field == ALWAYS or field in fields)
