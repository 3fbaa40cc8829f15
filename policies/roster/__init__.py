"""Rosters: what a file must hold, how its rows are judged, how it differs from what is kept.

One import for callers; the parts live in roster_columns, roster_check, officer_check, roster_diff.
"""

from policies.roster.check import check_sites
from policies.roster.columns import ALWAYS, DEFAULT_REQUIRED, ITEMS, OFFICER_LAYOUT, SITE_LAYOUT
from policies.roster.diff import Change, RosterDiff, diff_officers, diff_sites
from policies.roster.errors import RowError
from policies.roster.officer_check import check_officers
from policies.roster.outcome import (
    Accepted,
    Duplicate,
    Inside,
    OfficerContext,
    Refused,
    RosterCheck,
    SiteContext,
)

__all__ = [
    "ALWAYS",
    "DEFAULT_REQUIRED",
    "ITEMS",
    "OFFICER_LAYOUT",
    "SITE_LAYOUT",
    "Accepted",
    "Change",
    "Duplicate",
    "Inside",
    "OfficerContext",
    "Refused",
    "RosterCheck",
    "RosterDiff",
    "RowError",
    "SiteContext",
    "check_officers",
    "check_sites",
    "diff_officers",
    "diff_sites",
]
