"""What is asked: every route of the running application, every place for an id filled in every way.

A route with a place this file does not know fails the build, and so does a route left out without a reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from litestar import Litestar

from policies.access import ACTIONS
from services.identity.people import DemoPerson, demo_people
from services.web.census import handlers

from .rows import FOREIGN, MARK, OWN, uuid_of, word

PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
ABSENT = "00000000-0000-8000-8000-00000000dead"
# place → (own, foreign, absent); a table's key stands for "an id of the own bureau's rows"
IDS = {
    "notice": "notice.id", "notice_id": "notice.id", "choice": "rule_choice.id",
    "id": "duty.id", "list_id": "key_list.id", "closure": "closure.id", "visit": "visit.id",
    "visit_id": "visit.id", "upload": "upload.id", "upload_id": "upload.id", "duty": "duty.id",
    "entrustment": "entrustment.id", "revocation": "rule_revocation.id",
    "span": "officer_span.id", "training": "officer_training.id",
    "waiver": "waiver.id", "audit": "audit_case.id",
    "client": "api_client.id", "submission": "roster_submission.id", "glass": "glass.id",
    "grant": "role_grant.id", "channel": "notify_channel.id", "message": "notify_message.id",
    "evidence": "special_evidence.id", "merge": "roster_merge.id",
    "connection": "connection.id", "delivery": "delivery.id", "inbound": "inbound_file.id",
    "complaint": "visit_complaint.id", "asked": "visit_request.id",
    "hook": "hook.id", "told": "hook_delivery.id",
    "batch": "import_batch.id", "check": "import_check.id",
}  # fmt: skip
CODES = {"code": "site.code", "certificate": "officer.certificate"}
OTHERS = {
    "bureau": (OWN, FOREIGN, "999999"),
    "district": (OWN, FOREIGN, "999999"),
    "below": (OWN, FOREIGN, "999999"),
    "draw_no": ("1", "700007", "799999"),
    "slot": ("0", "50005", "59999"),
    "n": ("1", "9000", "9999"),
    "document": ("0" * 32, uuid_of(FOREIGN).hex, "f" * 32),
}
# no ids: (a value that is there, one that is not)
WORDS = {
    "year": ("2026", "2031"),
    "kind": ("officers", "nothing"),
    "file": ("manifest.json", "nothing.json"),
    "name": ("0", "nothing"),
    "file_path": ("site.css", "nothing"),
    "path": ("nothing", "x"),
    "sha256": ("0" * 64, "x"),
    "number": ("nothing", "x"),
    "figure": ("done", "nothing"),
    "profile": ("credit-results", "nothing"),
    "token": ("nothing", "x"),
}
# how → which of a bureau's codes, which of other ids, which of the words
WAYS = {
    "own": (0, 0, 0), "foreign": (1, 1, 0), "absent": (2, 2, 0), "swapped": (0, 1, 0),
    "under another": (1, 0, 0), "absent within own": (0, 2, 0), "nonsense": (0, 0, 1),
    "absent within another": (1, 2, 0),
}  # fmt: skip
BUREAUS = ("bureau", "district", "below")
LEFT_OUT = {
    "/login": "begins a sign-in; knows no rows of bureaus",
    "/login/callback": "ends a sign-in",
    "/login/backchannel": "ends sessions by a signed token of the identity service",
    "/logout": "ends the session the other questions need",
    "/realms": "the identity provider of the demonstration; knows people, no rows",
    "/log/cosignatures": "counts attempts by the machine's clock; public and without ids",
}
SEARCH = f"bureau={FOREIGN}&period=2026Q1&year=2026&text={MARK}&q={MARK}&limit=5&draw_no=700007&n=9000"


@dataclass(frozen=True)
class Probe:
    """One request of one person; `places` says how the ids were filled in."""

    who: str
    method: str
    path: str
    route: str
    places: str
    ids: tuple[str, ...]
    public: bool

    @property
    def name(self) -> str:
        return f"{self.who or 'anonymous'} {self.method} {self.path}"


def left_out(path: str) -> bool:
    return path in LEFT_OUT or path.startswith("/realms/")


def routes(app: Litestar) -> list[tuple[str, str, str]]:
    """(method, path, action) of the whole route table, those left out aside."""
    found = {
        (method, path, handler.opt["action"])
        for path, handler in handlers(app)
        for method in handler.http_methods
        if method not in ("OPTIONS", "HEAD") and not left_out(path)
    }
    return sorted(found)


def unknown_places(app: Litestar) -> set[str]:
    return {p for _, path, _ in routes(app) for p in PLACE.findall(path)} - {*IDS, *CODES, *OTHERS, *WORDS}


def filled(method: str, path: str, own: dict[str, str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(how, path, ids) for each way of filling the places; writes never get own ids alone."""
    names = PLACE.findall(path)
    seen: set[str] = set()
    for how, (bureau, rest, known) in WAYS.items():
        made, ids = path, []
        for name in names:
            value = _values(name, own)[known if name in WORDS else bureau if name in BUREAUS else rest]
            made = re.sub(rf"\{{{name}(:\w+)?\}}", value, made)
            ids += [] if name in WORDS else [value]
        if made not in seen and not (method != "GET" and names and how == "own"):
            seen.add(made)
            yield how, made, tuple(ids)
    if method == "GET":
        first = min(seen, key=lambda one: (FOREIGN in one, one))
        yield "searched", f"{first}?{SEARCH}", ()


def _values(name: str, own: dict[str, str]) -> tuple[str, ...]:
    if name in WORDS or name in OTHERS:
        return WORDS.get(name) or OTHERS[name]
    if name in CODES:
        return own.get(CODES[name]) or "x", word(FOREIGN, name), "no-such-code"
    return own.get(IDS[name]) or ABSENT, str(uuid_of(FOREIGN)), ABSENT


def people(full: bool) -> list[DemoPerson]:
    """Who asks: the own county, its city and its province; inspectors one or two of each."""
    above = (OWN, "411700", "410000")
    last = ("01", "02") if full else ("01",)
    return [
        p for p in demo_people()
        if p.bureau in above and ("-inspector-" not in p.username or p.username.endswith(last))
    ]  # fmt: skip


def plan(app: Litestar, own: dict[str, str], *, full: bool) -> list[Probe]:
    """Every route in every way: by everyone, or (for CI) by one who may, one who may not, and the public."""
    asked, made = people(full), []
    for n, (method, path, action) in enumerate(routes(app)):
        may = [p.username for p in asked if set(p.roles) & {*ACTIONS[action]}]
        rest = [p.username for p in asked if p.username not in may]
        public = "anonymous" in ACTIONS[action]
        for m, (how, concrete, ids) in enumerate(filled(method, path, own)):
            turn = n + m if how in ("own", "nonsense", "searched", "under another") else n
            whom = ["", *may, *rest] if full else _some(turn, may, rest)
            made += [Probe(who, method, concrete, path, how, ids, public) for who in whom]
    return made


def _some(n: int, may: list[str], rest: list[str]) -> list[str]:
    chosen = [part[n % len(part)] for part in (may, rest) if part]
    return chosen if n % 3 and chosen else ["", *chosen[:1]]
