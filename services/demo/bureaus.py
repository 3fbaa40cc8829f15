"""First chapter: the bureaus, their people, the superiors' witness keys, the bureaus' own choices."""

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import Any, Literal

import yaml

from services.demo.cast import BUREAUS, HOMES, WITNESSES, desk_people, device
from services.demo.granting import give
from services.identity.people import inspector
from services.outside.witness import init_witness
from services.work import App
from tenants.records import WitnessKey
from tenants.rows import Membership, RuleChoice
from tenants.scope import Scope
from tenants.stores import bureaus, choices, officers, witness_keys

SINCE = date(2025, 12, 1)
FIRST = ("bureau_head", "bureau_admin")  # come with the bureau; the others are proposed and approved
BASIS_FIELDS = ("text", "clause", "mark", "note", "item", "subject")


async def found_bureaus(app: App) -> None:
    """Put bureaus, people, witness keys and choices in place; what is there already stays.

    A bureau whose name among `HOMES` is that of a database of its own lives there from the beginning.
    """
    async with app.database.several(Scope.for_system()) as unit:
        db = unit.control
        there = {entry.code for entry in await bureaus.all_(db)}
        for bureau in BUREAUS:
            await bureaus.put(db, bureau)
        for name in app.database.names:
            if name in HOMES and HOMES[name] not in there:
                await bureaus.place(db, HOMES[name], name)
        await unit.share_bureaus()
        known = {key.name for key in await witness_keys.all_(db)}
        for code, name in WITNESSES.items():
            card = init_witness(device(app.settings, code, "witness"), name)
            if name not in known:
                key = WitnessKey(card.name, card.vkey, code, card.escrow_public)
                await witness_keys.put(db, key)
    for code in (b.code for b in BUREAUS):
        await _people_and_choices(app, code)


async def _people_and_choices(app: App, code: str) -> None:
    scope = Scope.own(code, "system")
    async with app.database.several(scope) as unit:
        db = unit.db
        for row in _memberships(code):
            await give(unit.control, scope, row, by=f"demo-{code}-admin", other=f"demo-{code}-head")
        kept = {(c.key, c.effective, c.basis.get("subject")) for c in await choices.all_of(db, scope, code)}
        for choice in demo_choices(code, app):
            if (choice.key, choice.effective, choice.basis.get("subject")) not in kept:
                await choices.put(db, scope, choice)


def _memberships(code: str) -> Iterator[Membership]:
    """Of the bureau's desk, the first two people before the others."""
    held = [(*one[1:3], role) for one in desk_people() if one[0] == code for role in one[3]]
    for subject, name, role in sorted(held, key=lambda one: one[2] not in FIRST):
        origin: Literal["founding", "one"] = "founding" if role in FIRST else "one"
        yield Membership(code, subject, role, name, SINCE, origin=origin)


async def tie_inspectors(app: App, code: str) -> None:
    """Give every officer of the imported roster a login, in the order of certificates."""
    scope = Scope.own(code, "system")
    async with app.database.several(scope) as unit:
        rows = sorted(await officers.all_of(unit.db, scope, code), key=lambda o: o.certificate)
        for number, officer in enumerate(rows, 1):
            person = inspector(code, number)
            row = Membership(
                code, person.subject, "inspector", officer.name, SINCE, certificate=officer.certificate
            )
            await give(unit.control, scope, row)


def demo_choices(code: str, app: App) -> Iterator[RuleChoice]:
    """The demonstration choices of one bureau, proposed and approved by two of its people."""
    text = (files("services.demo") / "choices.yaml").read_text(encoding="utf-8")
    document: Mapping[str, Any] = yaml.safe_load(text).get(code, {})
    source = document.get("source", {})
    for key, entries in document.items():
        for entry in entries if key != "source" else ():
            whole = {**source, **entry}
            basis = {name: whole[name] for name in BASIS_FIELDS if whole.get(name)}
            yield RuleChoice(
                bureau=code,
                key=key,
                effective=whole["effective"],
                value=whole["value"],
                basis=basis | {"checked_on": whole["checked_on"].isoformat()},
                factors=whole.get("factors", {}),
                proposed_by=f"demo-{code}-admin",
                approved_by=f"demo-{code}-head",
                at=app.clock.now(),
            )
