"""Random walks of a few people: pages, forms, programs' calls, ids of earlier answers and forged ones.

A walk is made while it goes: what is asked next depends on the dice and on what was answered. With the same
seed two worlds are therefore asked the same for as long as they answer the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Literal
from urllib.parse import urlsplit

from litestar import Litestar

from policies.access import ACTIONS
from services.identity.people import DemoPerson, demo_people

from .probes import ABSENT, BUREAUS, CODES, IDS, OTHERS, PLACE, SEARCH, WORDS, routes
from .rows import FOREIGN, OWN, uuid_of, word
from .sequences_found import Form, Found
from .sequences_words import Schema, Words

CITY, PROVINCE = "411700", "410000"
LENGTHS = range(5, 13)
ENDS = ("/logout", "/login", "/reading", "/bureau", "/offline.js")  # of sessions, or about looks only
Sends = Literal["page", "form", "call"]
WAYS = ("look", "follow", "follow", "form", "form", "form", "form", "call", "call", "call", "call", "read")
UNUSED = ("/intents", "/verify", "/log/witnesses", "/log/checkpoint")  # the second factor's own way; no rows


@dataclass(frozen=True)
class Ask:
    """One request of one person; `route` is what the route table calls it, "" for a link of a page."""

    who: str
    method: str
    path: str
    route: str = ""
    sends: Sends = "page"
    said: Any = None
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    token: bool = True

    @property
    def name(self) -> str:
        """For a reader of a failure."""
        said = f" {self.said}" if self.said else ""
        return f"{self.who or 'anonymous'} {self.method} {self.path}{said}"


@dataclass(frozen=True)
class Map:
    """What may be asked: the route table, the API's description, ids the world began with.

    Attributes:
        table: (method, path, action). own, foreign: ids by "table.column" of either bureau at the start.
    """

    table: Sequence[tuple[str, str, str]]
    schema: Schema
    own: dict[str, str]
    foreign: dict[str, str]

    @classmethod
    def of(cls, app: Litestar, own: dict[str, str], foreign: dict[str, str], only: str) -> "Map":
        """Of a running application, as far as its routes contain `only`."""
        table = [one for one in routes(app) if only in one[1]]
        return cls(table, app.openapi_schema.to_schema(), own, foreign)


def everybody() -> list[DemoPerson]:
    """Who may be drawn for a walk: the own county, its city and province; the first inspectors of each."""
    near = [p for p in demo_people() if p.bureau in (OWN, CITY, PROVINCE)]
    return [p for p in near if "-inspector-" not in p.username or p.username.endswith(("01", "02"))]


def cast(seed: str, number: int, dice: Random | None = None) -> list[DemoPerson]:
    """Who takes part in a walk, the public aside: somebody who decides, a colleague, one or two others."""
    dice, people = dice or Random(f"{seed}/{number}"), everybody()
    mine = [p for p in people if p.bureau == OWN]
    decides = [p for p in mine if p.username.endswith(("-head", "-admin"))]
    return [dice.choice(decides), dice.choice(mine), *dice.sample(people, dice.randrange(1, 3))]


class Walk:
    """One sequence: two to four people and the public, five to twelve requests.

    Args:
        number: with `seed` it says everything about the walk.
    """

    def __init__(self, seed: str, number: int, known: Map) -> None:
        self.dice = Random(f"{seed}/{number}")
        self.map = known
        self.found = Found([path for _, path, _ in known.table])
        self.cast = cast(seed, number, self.dice)
        self.length = self.dice.choice(LENGTHS)
        self._before: DemoPerson | None = None

    def next(self, now: datetime) -> Ask:
        """What is asked next."""
        person = None if self.dice.random() < 0.1 else self.dice.choice(self.cast)
        person = self._before if self._before and self.dice.random() < 0.5 else person
        self._before, way = person, self.dice.choice(WAYS)
        who, bureau = (person.username, person.bureau) if person else ("", OWN)
        words = Words(self.dice, self.found, bureau, now)
        page = self.found.pages.get(who)
        forms = [f for f in page.forms if urlsplit(f.action).path not in ENDS] if page else []
        if way == "form" and forms:
            return self._form(who, self.dice.choice(forms), words)
        if way == "form":
            return self._doorway(who, words, person)
        if (
            way == "follow"
            and page
            and (links := [one for one in page.links if urlsplit(one).path not in ENDS])
        ):
            return Ask(who, "GET", self.dice.choice(links))
        if way == "call":
            return self._call(who, words, person)
        return self._look(who, words, person, api=way == "read")

    def _doorway(self, who: str, words: Words, person: DemoPerson | None) -> Ask:
        """A page from which the person can write."""
        roles = {*person.roles} if person else {"anonymous"}
        forms = [path for m, path, action in self.map.table if m != "GET" and roles & {*ACTIONS[action]}]
        near = {one.rsplit("/", cut)[0] for one in forms if "/api/" not in one for cut in (0, 1, 2)}
        pages = [path for m, path, _ in self.map.table if m == "GET" and path in near - {"/desk"}]
        route = self.dice.choice(pages or ["/"])
        return Ask(who, "GET", self._placed(route, words), route)

    def _form(self, who: str, form: Form, words: Words) -> Ask:
        said = words.form(form)
        if form.method == "get":
            asked = "&".join(f"{name}={value}" for name, value in said.items())
            return Ask(who, "GET", f"{urlsplit(form.action).path}?{asked}")
        sheets = [f.name for f in form.fields if f.kind == "file"]
        files = {name: self._file(form.action + str(said), words) for name in sheets}
        token = self.dice.random() > 0.05
        return Ask(who, "POST", form.action, "", "form", said, files, token)

    def _file(self, about: str, words: Words) -> tuple[str, bytes]:
        kind = "officers" if "officers" in about else "sites"
        return f"{kind}.csv", words.sheet(kind)

    def _call(self, who: str, words: Words, person: DemoPerson | None) -> Ask:
        method, route = self._route(
            person, lambda m, path: m != "GET" and path.startswith("/api/") and not path.endswith(UNUSED)
        )
        path = self._placed(route, words)
        spelled = re.sub(r":\w+\}", "}", route)
        operation = self.map.schema["paths"].get(spelled, {}).get(method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {})
        if "multipart/form-data" not in content:
            part = content.get("application/json", {}).get("schema")
            return Ask(who, method, path, route, "call", part and words.json(part, self.map.schema))
        said = words.json(content["multipart/form-data"]["schema"], self.map.schema)
        sheets = [name for name in said if name in ("file", "bundle", "trust")]
        files = {name: self._file(route, words) for name in sheets}
        said = {name: str(value) for name, value in said.items() if name not in files}
        return Ask(who, method, path, route, "call", said, files)

    def _look(self, who: str, words: Words, person: DemoPerson | None, *, api: bool) -> Ask:
        method, route = self._route(person, lambda m, path: m == "GET" and path.startswith("/api/") == api)
        asked = f"?{SEARCH}" if self.dice.random() < 0.15 else ""
        return Ask(who, method, self._placed(route, words) + asked, route)

    def _route(self, person: DemoPerson | None, fits: Any) -> tuple[str, str]:
        """Nine times in ten one the person may ask."""
        roles = {*person.roles} if person else {"anonymous"}
        some = [(m, path, action) for m, path, action in self.map.table if fits(m, path)]
        may = [one for one in some if roles & {*ACTIONS[one[2]]}]
        method, path, _ = self.dice.choice(may if may and self.dice.random() < 0.9 else some)
        return method, path

    def _placed(self, route: str, words: Words) -> str:
        path = route
        for name in PLACE.findall(route):
            value = self._place(route, name, words)
            path = re.sub(rf"\{{{name}(:\w+)?\}}", value.replace("\\", ""), path)
        return path

    def _place(self, route: str, name: str, words: Words) -> str:
        turn, choice = self.dice.random(), self.dice.choice
        if name in WORDS:
            return choice(WORDS[name])
        if name in BUREAUS:
            return words.bureau if turn < 0.88 else choice((OWN, FOREIGN, CITY, "999999"))
        if turn < 0.12:
            return self._foreign(route, name)
        if turn < 0.2:
            return (
                OTHERS[name][2] if name in OTHERS else ABSENT if f"{name}:uuid" in route else "no-such-code"
            )
        known = self.found.candidates(route, name)[-12:]
        if known and turn < 0.9:
            return choice(known)
        return (
            OTHERS[name][0]
            if name in OTHERS
            else self.map.own.get(self._key(name)) or choice(known or [ABSENT])
        )

    def _foreign(self, route: str, name: str) -> str:
        if name in OTHERS:
            return OTHERS[name][1]
        made = str(uuid_of(FOREIGN)) if f"{name}:uuid" in route else word(FOREIGN, name)
        return self.dice.choice((made, self.map.foreign.get(self._key(name)) or made))

    def _key(self, name: str) -> str:
        return IDS.get(name) or CODES.get(name, "")
