"""Who sees which part of a drawn visit before it is made: one list, and the only place that cuts it down.

A view names its fields, how far ahead of the visit it opens, and in which states of the visit. Nothing that
says why a site was drawn (stratum, rank, ticket) is in any view but the team's own.

Basis: obligations 20, 25; which fields a dispatcher needs is our own decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """What one kind of reader sees of one visit.

    Attributes:
        fields: names of the visit's own fields shown. site: names of the site's fields shown.
        states: states of the visit in which it is shown at all.
        ahead: working days before the visit from which it is shown; None: from the day it was handed out.
    """

    fields: frozenset[str]
    site: frozenset[str]
    states: frozenset[str]
    ahead: int | None


_PLACE = frozenset({"name", "address", "site_address", "division"})

VIEWS: Mapping[str, View] = MappingProxyType(
    {
        # a car must find the gate; nothing else of the list is needed, and only for the next days
        "cars": View(
            frozenset({"slot", "visit_on", "team", "joint"}),
            _PLACE | {"lon", "lat", "datum"},
            frozenset({"dispatched"}),
            ahead=1,
        ),
        # the team: the whole site as frozen, contacts included, from the first day of the visit
        "team": View(
            frozenset({"slot", "visit_on", "team", "joint", "stratum", "state"}),
            frozenset({"*"}),
            frozenset({"dispatched", "arrived", "recorded", "reviewed", "published"}),
            ahead=None,
        ),
        # on paper in a car: what to find the site by and what to check, no persons, no telephones
        "sheet": View(
            frozenset({"slot", "visit_on", "team", "joint", "stratum"}),
            _PLACE | {"code", "credit_code", "industry", "pollution", "kind"},
            frozenset({"dispatched", "arrived"}),
            ahead=None,
        ),
    }
)


def cut(view: str, visit: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a visit that a view shows: {field: value, "site": {field: value}}.

    Args:
        visit: fields of the visit by name. site: fields of the site as frozen.
    """
    shown = VIEWS[view]
    every = "*" in shown.site
    return {name: value for name, value in visit.items() if name in shown.fields} | {
        "site": {name: value for name, value in site.items() if every or name in shown.site}
    }


def opens(view: str, state: str, visit_on: date | None, seen_to: date) -> bool:
    """True when a visit is shown.

    Args:
        visit_on: day of the visit. seen_to: the last day of visits shown today, see `View.ahead`.
    """
    shown = VIEWS[view]
    return state in shown.states and (shown.ahead is None or (visit_on is not None and visit_on <= seen_to))
