"""Who may do what with which table, as of step 0007. No one may TRUNCATE."""

APPEND_ONLY = (
    "site_change",
    "officer_change",
    "import_batch",
    "draw_sealed",
    "draw_event",
    "joint",
    "journal",
    "log_entry",
)

SHARED = ("database_identity", "bureau", "log_entry", "log_checkpoint", "witness_key")

OF_BUREAU = (
    "membership",
    "site",
    "site_change",
    "officer",
    "officer_change",
    "import_batch",
    "rule_choice",
    "plan",
    "draw",
    "draw_commit",
    "draw_void_proposal",
    "draw_sealed",
    "draw_event",
    "task",
    "assignment",
    "joint",
    "upload",
    "visit",
    "finding",
    "notice",
    "journal",
    "outbox",
    "idempotency",
)

APP = {
    "database_identity": "select",
    "bureau": "select, insert, update (name, level, parent, path, labels, database)",
    "membership": "select, insert, update (name, certificate, valid_from, valid_until)",
    "site": "select, insert, update",
    "site_change": "select, insert",
    "officer": "select, insert, update",
    "officer_change": "select, insert",
    "import_batch": "select, insert",
    "rule_choice": "select, insert, update (approved_by)",
    "plan": "select, insert, update (state, approved_at, approved_by)",
    "draw": "select, insert, update",
    "draw_commit": "select, insert, update (revealed)",
    "draw_void_proposal": "select, insert, update (approved_by, approved_at)",
    "draw_sealed": "select, insert",
    "draw_event": "select, insert",
    "task": "select, insert, update (state, visit_on, dispatched_at, dispatched_by)",
    "assignment": "select, insert, update (until_day)",
    "joint": "select, insert",
    "upload": "select, insert, update (receipt, receipt_at)",
    "visit": "select, insert, update (state, reviewed_by, reviewed_at, upload_due, publish_due,"
    " uploaded_at, upload_id)",
    "finding": "select, insert, update (order_no, order_due, corrected_at, penalty_ref)",
    "notice": "select, insert, update (title, body, due_on, published_at, withdrawn_at, withdrawn_why)",
    "journal": "select, insert",
    "outbox": "select, insert, update, delete",
    "idempotency": "select, insert, update (status, response), delete",
    "log_entry": "select, insert",
    "log_checkpoint": "select, insert, update (cosignatures)",
    "witness_key": "select, insert, update (vkey, bureau, escrow_public)",
}

PORTAL = {
    "database_identity": "name",
    "bureau": "code, name, level, parent, path, labels",
    "notice": "bureau, id, kind, subject, title, body, published_at, due_on, withdrawn_at, withdrawn_why",
    "draw": "bureau, draw_no, subject, item, kind, period, state, authority, m, prev, manifest, rules,"
    " frozen_at, beacon_at, reveal_by, beacon, r, z, drawn_at, late, opened_at, void_reason, voided_at,"
    " summary",
    "log_entry": "index, entry, leaf_hash, bureau, m, at",
    "log_checkpoint": "size, root, note, cosignatures, at",
    "witness_key": "name, vkey, bureau",
}
