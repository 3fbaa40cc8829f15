"""Which routes a superior may ask about a bureau below, read from the route table, and what each shows."""

import re

from litestar import Litestar

from policies.access import ACTIONS
from services.web.census import handlers
from services.web.depends import NAMING

from .tree_of_three import CITY, FAR, LIST, NEAR, PERIOD

PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
#: Routes that name no bureau but show those below: (page, bureaus of which it shows something).
MANY = {
    "/city": (NEAR, FAR),
    "/city/supervision": (NEAR, FAR),
    "/city.csv": (NEAR, FAR),
    "/city.json": (NEAR, FAR),
    "/city/bureaus": (NEAR, FAR),
    "/city/reveals": (NEAR, FAR),
    "/api/v1/overdue-draws": (NEAR, FAR),
    "/api/v1/platform-alarms": (NEAR, FAR),
    "/api/v1/leaks/counts": (NEAR, FAR),
    "/city/leaks": (NEAR, FAR),
    "/desk/received": (NEAR, FAR),
    "/api/v1/received-filings": (NEAR, FAR),
    "/city/trend": (NEAR, FAR),
    "/city/workbook": (NEAR, FAR),
    "/city/workbook.xlsx": (NEAR, FAR),
    "/city/workbook/document": (NEAR, FAR),
    "/desk/key-lists/takings": (NEAR, FAR),
    "/api/v1/key-list-takings": (NEAR, FAR),
    "/desk/plan/trial": (NEAR, FAR),  # over the rosters as they stand
}
#: Routes that name no bureau and show the own one alone, however wide the role.
ALONE = {
    "/desk/ledger",
    "/desk/ledger/sites/{code:str}",
    "/desk/requests",
    "/desk/hooks",
    "/desk/ledger.csv",
    "/desk/ledger.json",
    "/desk/visits/archive",
    "/desk/visits/print",
    "/desk/voices",
    "/city/figures",
    "/city/overlay",
    "/desk/onboarding",
    "/desk/onboarding/text",
    "/desk/people/clients",
    "/desk/rules/choices/{choice:uuid}",
    "/desk/rules/texts/{document:str}",
    "/desk/draws/{draw_no:int}/readiness",
    "/desk/draws/{draw_no:int}/void",
    "/desk/draws/{draw_no:int}/platform",
    "/desk/key-lists/template",
    "/desk/people",
    "/desk/rules/propose",
    "/desk/rules/text",
    "/desk/visits",
    "/desk/visits/{visit:uuid}",
    "/desk/visits/{visit:uuid}/document",
    "/desk/visits/{visit:uuid}/files/{sha256:str}",
    "/desk/visits/{visit:uuid}/order",
    "/field/visits",
    "/api/v1/me/visits",
}
VALUES = {"draw_no": "1000000", "slot": "0", "n": "1", "year": "2026", "code": f"{FAR}S0001", "kind": "sites"}
VALUES |= {"sha256": "0" * 64, "figure": "draws", "certificate": f"{FAR}0002", "list_id": str(LIST)}
#: GET routes that answer nothing about FAR: no such row there, or none of a superior's business.
NOTHING_THERE = {
    "/api/v1/bureaus/{bureau:str}/comparison",
    "/api/v1/bureaus/{bureau:str}/ledger/{code:str}",
    "/city/districts/{district:str}/ledger/{code:str}",
    "/desk/ledger/sites/{code:str}",
    "/api/v1/bureaus/{bureau:str}/draws/{draw_no:int}/bars",
    "/api/v1/bureaus/{bureau:str}/draws/{draw_no:int}/difference",
    "/api/v1/bureaus/{bureau:str}/draws/{draw_no:int}/escrow",
    "/api/v1/bureaus/{bureau:str}/draws/{draw_no:int}/minutes",
    "/api/v1/bureaus/{bureau:str}/draws/{draw_no:int}/void",
    "/api/v1/bureaus/{bureau:str}/people/bars",
    "/api/v1/bureaus/{bureau:str}/plans/{year:int}",
    "/api/v1/bureaus/{bureau:str}/plans/{year:int}/document",
    "/api/v1/bureaus/{bureau:str}/filings/document",
    "/api/v1/bureaus/{bureau:str}/draws/{draw_no:int}/minutes/document",
    "/api/v1/bureaus/{bureau:str}/rules/difference",
    "/api/v1/bureaus/{bureau:str}/rules/texts/{document:str}",
    "/api/v1/bureaus/{bureau:str}/visits/{visit_id:uuid}",
    "/api/v1/bureaus/{bureau:str}/visits/{visit_id:uuid}/document",
    "/api/v1/bureaus/{bureau:str}/visits/{visit_id:uuid}/order",
    "/api/v1/bureaus/{bureau:str}/visits/documents",
    "/api/v1/bureaus/{bureau:str}/visits/{visit_id:uuid}/attachments/{sha256:str}",
    "/api/v1/overdue-draws/{district:str}/{draw_no:int}",
    "/desk/ceremony/{bureau:str}/{draw_no:int}",
    "/desk/ceremony/{bureau:str}/{draw_no:int}/events",
    "/desk/ceremony/{bureau:str}/{draw_no:int}/pack.json",
    "/desk/draws/{draw_no:int}/readiness",
    "/desk/draws/{draw_no:int}/void",
    "/desk/plan/print",
    "/desk/received/{bureau:str}/{draw_no:int}",
    "/city/districts/{bureau:str}/records/{visit:uuid}",
    "/desk/rules/choices/{choice:uuid}",
    "/desk/rules/texts/{document:str}",
    "/desk/visits/{visit:uuid}",
    "/desk/visits/{visit:uuid}/document",
    "/desk/visits/{visit:uuid}/files/{sha256:str}",
    "/desk/visits/{visit:uuid}/order",
    "/desk/visits/print",
    "/desk/filings/document",
    "/desk/minutes/{bureau:str}/{draw_no:int}/document",
    "/desk/plan/document",
}
ABSENT = "00000000-0000-8000-8000-00000000dead"


def routes_below(app: Litestar) -> list[tuple[str, str]]:
    """(path, parameter that names the bureau) of every GET a superior may ask about a bureau below."""
    found = []
    for path, handler in handlers(app):
        action = str(handler.opt.get("action"))
        wide = any(grant.scope == "subtree" for grant in ACTIONS.get(action, {}).values())
        if "GET" not in getattr(handler, "http_methods", ()) or not wide or "anonymous" in ACTIONS[action]:
            continue
        taken = {*handler.parsed_fn_signature.parameters, *PLACE.findall(path)}
        found.append((path, next((name for name in NAMING if name in taken), "")))
    return sorted(found)


def routes_naming(app: Litestar) -> list[tuple[str, str, str]]:
    """(method, path, parameter) of every route that takes a bureau, whoever may use it."""
    found = []
    for path, handler in handlers(app):
        taken = {*handler.parsed_fn_signature.parameters, *PLACE.findall(path)}
        named = next((name for name in NAMING if name in taken), "")
        if named and "anonymous" not in ACTIONS.get(str(handler.opt.get("action")), {"anonymous": None}):
            found += [(method, path, named) for method in sorted(getattr(handler, "http_methods", ()))]
    return sorted(found)


def filled_in(path: str, named: str, bureau: str) -> tuple[str, dict[str, str]]:
    """The route's address and question about a bureau."""
    filled, inside = path, {name: VALUES.get(name, ABSENT) for name in PLACE.findall(path)}
    inside |= dict.fromkeys(set(inside) & {"bureau", "below", "district"}, bureau)
    if "below" in inside:
        inside["bureau"] = CITY
    for name, value in inside.items():
        filled = re.sub(rf"\{{{name}(:\w+)?\}}", value, filled)
    query = {named: bureau} if named and named not in inside else {}
    return filled, query | {"period": PERIOD, "year": "2026"}
