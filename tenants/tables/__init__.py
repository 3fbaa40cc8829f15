"""All tables, for the stores of this package only."""

from tenants.tables.base import metadata
from tenants.tables.calendar import calendar_notice, closure
from tenants.tables.draws import draw, draw_change, draw_commit, draw_event, draw_sealed, draw_void_proposal
from tenants.tables.external import platform_list, roster_difference
from tenants.tables.journal import idempotency, journal, outbox
from tenants.tables.log import log_checkpoint, log_entry, witness_key
from tenants.tables.notices import notice
from tenants.tables.organisation import duty, entrustment, key_list, key_list_entry
from tenants.tables.registry import bureau, database_identity, membership
from tenants.tables.rosters import import_batch, officer, officer_change, site, site_change
from tenants.tables.rules import plan, rule_choice, rule_revocation
from tenants.tables.tasks import assignment, declaration, joint, task, task_rewrite
from tenants.tables.visits import finding, upload, visit

__all__ = [
    "assignment",
    "bureau",
    "calendar_notice",
    "closure",
    "database_identity",
    "declaration",
    "draw",
    "draw_change",
    "draw_commit",
    "draw_event",
    "draw_sealed",
    "draw_void_proposal",
    "duty",
    "entrustment",
    "finding",
    "idempotency",
    "import_batch",
    "joint",
    "journal",
    "key_list",
    "key_list_entry",
    "log_checkpoint",
    "log_entry",
    "membership",
    "metadata",
    "notice",
    "officer",
    "officer_change",
    "outbox",
    "plan",
    "platform_list",
    "roster_difference",
    "rule_choice",
    "rule_revocation",
    "site",
    "site_change",
    "task",
    "task_rewrite",
    "upload",
    "visit",
    "witness_key",
]
