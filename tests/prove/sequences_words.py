"""What is written into forms and JSON: by a field's name where it has a meaning, else by its type."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from policies.secrecy.leak import CHANNELS
from services.demo.officer_rows import officer_rows
from services.demo.rosters import OFFICERS, SEED, SITES
from services.demo.site_rows import site_rows
from services.sheets import LAYOUTS

from .probes import ABSENT
from .rows import FOREIGN, MARK, OWN, uuid_of, word
from .sequences_found import Field, Form, Found

ROLES = (
    "registry_keeper",
    "drawer",
    "dispatcher",
    "reviewer",
    "publisher",
    "section_supplier",
    "audit_admin",
)
CHOSEN = {
    "period": ("2026Q1", "2026Q1", "2026Q2"),
    "year": ("2026", "2026", "2027"),
    "role": ROLES,
    "channel": tuple(CHANNELS),
    "item": ("routine",),
    "act": ("disable", "enable"),
    "section": ("大气科", "水科"),
    "unit": ("leading_group", "office", "duty"),
    "minutes": ("30",),
    "crews": ("2",),
    "ahead": ("3",),
    "digits": ("01234", "56789"),
    "slots": ("0", "0 1", "50005"),
    "slot": ("0", "1", "50005"),
    "proposal": ("1", "2", "3"),
    "n": ("1", "2", "9000"),
    "k": ("0", "1"),
    "draw_no": ("1", "1", "2", "700007"),
    "holidays": ("2026-05-01", "2026-10-01"),
    "text": ("演示文件〔2026〕1号",),
    "staff": ("3", "9"),
    "pairs": ("registry_keeper+drawer",),
    "q": ("演示", MARK, "1"),
    "limit": ("1", "5"),
    "batch": ("批次1",),
    "profile": ("henan-results",),
    "client": ("platform-a", "platform-b"),
    "reason": ("closed_down", "演示理由"),
    "kind": ("refer", "remedy", "void"),
    "username": ("u1", "u2", "u3"),
    "lat": ("33",),
    "lon": ("114",),
    "accuracy": ("9",),
    "size": ("12",),
    "path": ("/api/v1/bureaus/411721/plans/2027/approval",),
}
RULES = (("cap.visits", 2), ("cap.visits", 3), ("walk.per_slot", 50), ("team.crews", 4), ("team.crews", "x"))
DAYS = {
    "until": 60,
    "to": 30,
    "due": 10,
    "last": 3,
    "reveal_by": 20,
    "beacon_at": 4,
    "effective": 1,
    "since": 1,
}
PAST = ("seen_on", "issued_on", "published", "checked_on", "started_at", "ended_at", "day")
POSTS = ("keeper", "dispatcher", "reviewer", "publisher")
PEOPLE = ("subject", "person", "taker", "officer", "reader")
Schema = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """Writes for one person at one moment; everything by the dice of the walk."""

    dice: Random
    found: Found
    bureau: str
    now: datetime

    def form(self, form: Form) -> dict[str, str]:
        """A form filled in; one hidden id in seven is forged."""
        said = {f.name: self._field(f) for f in form.fields if f.kind != "file"}
        said |= dict([self.dice.choice(form.buttons)]) if form.buttons else {}
        return {name: value for name, value in said.items() if value is not None}

    def json(self, part: Schema, whole: Schema, name: str = "", depth: int = 0) -> Any:
        """JSON the API's description accepts, by the names of its fields."""
        if "$ref" in part:
            part = whole["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
        for choice in ("oneOf", "anyOf", "allOf"):
            if choice in part:
                kinds = [one for one in part[choice] if one and one.get("type") != "null"]
                return self.json(self.dice.choice(kinds), whole, name, depth)
        if "enum" in part:
            return self.dice.choice([one for one in part["enum"] if one is not None])
        if part.get("type") == "object":
            need, known = part.get("required", []), part.get("properties", {})
            free = [n for n in known if n not in need and n not in ("attachments", "fix")]
            wanted = [n for n in known if n in need or (n in free and depth < 3 and self.dice.random() < 0.3)]
            said = {n: self.json(known[n], whole, n, depth + 1) for n in wanted}
            rule = dict(zip(("key", "value"), self.dice.choice(RULES), strict=True))
            return said | rule if {*rule} <= {*said} else said
        if part.get("type") == "array":
            several = [part["items"]] * self.dice.randrange(1, 3) if "items" in part else part["prefixItems"]
            return [self.json(one, whole, name, depth + 1) for one in several]
        return self._plain(part, name)

    def text(self, name: str) -> str:
        """A text for a field of that name."""
        name, choice = name.rsplit(".", 1)[-1], self.dice.choice
        if name in ("bureau", "district", "below"):
            return choice((self.bureau, self.bureau, self.bureau, OWN, FOREIGN, "411700", "999999"))
        if name in PEOPLE or name == "role":
            told = self.found.ids.get(name, [])[-3:]
            if told and self.dice.random() < 0.4:
                return choice(told)
        if name in PEOPLE:
            return f"demo-{choice((self.bureau, self.bureau, OWN, FOREIGN))}-{choice(POSTS)}"
        if name in ("certificate", "code", "site_code", "site", "codes"):
            key = "certificate" if name == "certificate" else "code"
            return choice([*self.found.ids.get(key, [])[-8:], word(FOREIGN, key), "no-such-code"])
        if name == "lines":
            row = choice(_rows("sites", self.bureau))
            return f"{row['code']},{row['name']},{self.bureau},水环境"
        return choice(CHOSEN[name]) if name in CHOSEN else f"演示事项{self.dice.randrange(1000)}"

    def day(self, name: str) -> str:
        """A day for a field: later where it ends something."""
        if name.rsplit(".", 1)[-1] in PAST:
            return str(self.now.date())
        if name == "beacon_at":
            return f"2026-03-{self.dice.randrange(24, 31)}"  # when the next quarter's list may be drawn
        late = next((n for part, n in DAYS.items() if part in name), 0)
        return str((self.now + timedelta(days=late + self.dice.randrange(3))).date())

    def forged(self, value: str) -> str:
        """Another bureau's id, or nobody's, in place of one."""
        if len(value) == 36 and value.count("-") == 4:
            return self.dice.choice((str(uuid_of(FOREIGN)), ABSENT))
        if value.isdigit():
            return FOREIGN if len(value) == 6 else self.dice.choice(("700007", "9000", "50005"))
        return word(FOREIGN, "code")

    def sheet(self, kind: str) -> bytes:
        """Some of a bureau's roster, one or two rows of it changed: csv in the template's layout."""
        chosen = [dict(row) for row in self.dice.sample(_rows(kind, self.bureau), 4)]
        for row in chosen[: self.dice.randrange(1, 3)]:
            row["name"] = f"{row['name']}{self.dice.choice('甲乙丙')}"
        columns = LAYOUTS[kind].columns
        lines = [[c.heading for c in columns], *([row.get(c.key, "") for c in columns] for row in chosen)]
        return "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode("utf-8-sig")

    def _field(self, one: Field) -> str | None:
        if one.kind == "hidden":
            forge = one.value and one.name != "csrf_token" and self.dice.random() < 1 / 7
            return self.forged(one.value) if forge else one.value
        if one.kind == "checkbox":
            return (one.value or "on") if self.dice.random() < 0.6 else None
        if one.options:
            return self.dice.choice([o for o in one.options if o] or one.options)
        if one.kind in ("date", "datetime-local"):
            return one.value or self.day(one.name) + ("" if one.kind == "date" else "T09:00")
        if one.value or (not one.required and self.dice.random() < 0.3):
            return one.value
        return self.dice.choice(("1", "2", "9000")) if one.kind == "number" else self.text(one.name)

    def _plain(self, part: Schema, name: str) -> Any:
        kind, form, choice = part.get("type"), part.get("format"), self.dice.choice
        if kind == "boolean":
            return self.dice.random() < 0.5
        if kind in ("integer", "number"):
            known = [*self.found.ids.get(name, [])[-6:], *CHOSEN.get(name, ("1", "700007"))]
            return int(choice([v for v in known if v.isdigit()]))
        if form == "uuid":
            return choice([*self.found.ids.get("id", [])[-6:], str(uuid_of(FOREIGN))])
        if form in ("date", "date-time"):
            return self.day(name) + ("" if form == "date" else "T01:00:00Z")
        if "d{6}" in part.get("pattern", ""):
            return choice((self.bureau, self.bureau, self.bureau, self.bureau, OWN, FOREIGN))
        return f"{self.dice.randrange(16**8):064x}" if "{64}" in part.get("pattern", "") else self.text(name)


@cache
def _rows(kind: str, bureau: str) -> list[Any]:
    mine = site_rows(SITES.get(bureau, SITES[OWN]), SEED)[:60]
    if kind == "sites":
        return mine
    return officer_rows(OFFICERS.get(bureau, OFFICERS[OWN]), [row["code"] for row in mine], SEED, 2026)
