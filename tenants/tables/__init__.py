"""All tables, for the stores of this package only."""

from tenants.tables.attachments import arrival, attachment
from tenants.tables.audits import audit_case, audit_check, audit_finding, audit_step
from tenants.tables.base import metadata
from tenants.tables.calendar import calendar_notice, closure
from tenants.tables.clients import api_client
from tenants.tables.companions import companion
from tenants.tables.draws import draw, draw_change, draw_commit, draw_event, draw_sealed, draw_void_proposal
from tenants.tables.evidence import key_list_take, roster_merge, special_evidence, special_withdrawal
from tenants.tables.exchange import connection, delivery, reconciliation
from tenants.tables.external import platform_list, roster_difference
from tenants.tables.glass import glass
from tenants.tables.grants import keeper_handover, role_grant
from tenants.tables.hooks import hook, hook_delivery
from tenants.tables.importing import import_check, import_heading
from tenants.tables.inbound import inbound_fetch, inbound_file
from tenants.tables.jobs import deployment_job, job_run
from tenants.tables.journal import idempotency, journal, journal_anchor, outbox
from tenants.tables.log import log_checkpoint, log_entry, witness_key
from tenants.tables.moving import bureau_gate, bureau_move
from tenants.tables.notices import notice
from tenants.tables.notify import notify_attempt, notify_channel, notify_choice, notify_key, notify_message
from tenants.tables.officers import officer_span, officer_training
from tenants.tables.organisation import duty, entrustment, key_list, key_list_entry
from tenants.tables.registry import bureau, database_identity, membership
from tenants.tables.requests import visit_request
from tenants.tables.rosters import (
    import_batch,
    officer,
    officer_change,
    roster_submission,
    site,
    site_change,
)
from tenants.tables.rules import plan, rule_choice, rule_revocation
from tenants.tables.secrecy import export_mark, key_check, key_rewrap, leak_case, leak_measure
from tenants.tables.successors import site_successor
from tenants.tables.tasks import assignment, declaration, joint, task, task_plan, task_rewrite
from tenants.tables.told import told_line
from tenants.tables.units import unit_decision
from tenants.tables.visits import finding, upload, visit
from tenants.tables.voices import visit_complaint, visit_door, visit_rating
from tenants.tables.waivers import draw_waiver, waiver, waiver_copy
from tenants.tables.witnessing import draw_minutes, witness_invitation

__all__ = [
    "api_client",
    "arrival",
    "assignment",
    "attachment",
    "audit_case",
    "audit_check",
    "audit_finding",
    "audit_step",
    "bureau",
    "bureau_gate",
    "bureau_move",
    "calendar_notice",
    "closure",
    "companion",
    "connection",
    "database_identity",
    "declaration",
    "delivery",
    "deployment_job",
    "draw",
    "draw_change",
    "draw_commit",
    "draw_event",
    "draw_minutes",
    "draw_sealed",
    "draw_void_proposal",
    "draw_waiver",
    "duty",
    "entrustment",
    "export_mark",
    "finding",
    "glass",
    "hook",
    "hook_delivery",
    "idempotency",
    "import_batch",
    "import_check",
    "import_heading",
    "inbound_fetch",
    "inbound_file",
    "job_run",
    "joint",
    "journal",
    "journal_anchor",
    "keeper_handover",
    "key_check",
    "key_list",
    "key_list_entry",
    "key_list_take",
    "key_rewrap",
    "leak_case",
    "leak_measure",
    "log_checkpoint",
    "log_entry",
    "membership",
    "metadata",
    "notice",
    "notify_attempt",
    "notify_channel",
    "notify_choice",
    "notify_key",
    "notify_message",
    "officer",
    "officer_change",
    "officer_span",
    "officer_training",
    "outbox",
    "plan",
    "platform_list",
    "reconciliation",
    "role_grant",
    "roster_difference",
    "roster_merge",
    "roster_submission",
    "rule_choice",
    "rule_revocation",
    "site",
    "site_change",
    "site_successor",
    "special_evidence",
    "special_withdrawal",
    "task",
    "task_plan",
    "task_rewrite",
    "told_line",
    "unit_decision",
    "upload",
    "visit",
    "visit_complaint",
    "visit_door",
    "visit_rating",
    "visit_request",
    "waiver",
    "waiver_copy",
    "witness_invitation",
    "witness_key",
]
