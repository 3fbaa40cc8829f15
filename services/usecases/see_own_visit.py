"""What the firm is shown of its own visit: who, what, on which basis, how drawn, how often, which rights.

Basis: 行政处罚法 55 (certificates shown); 国办发〔2024〕54号 (frequency; secondary source). Rights are
values of the rules in force at the bureau, each with its text, clause and mark; nothing is composed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from policies.planning.caps import Cap, cap_of
from policies.planning.platform import is_external
from policies.rulebook.rules import Rules, Value
from policies.visiting.voices import RATED_FOR
from services.clock import CHINA
from services.ruling.ruleset import rules_for
from services.visiting.firm_door import Entered, own_door
from services.visiting.ledger import ledger_of
from services.visiting.task_form import form_by
from services.work import Work
from tenants.rows import Draw
from tenants.stores import bureaus, draws, voices
from tenants.unavailable import BureauUnavailable

RIGHTS = (
    "law.duty.certificates", "law.duty.show", "law.duty.recusal", "law.duty.recording", "law.duty.secrets",
    "law.duty.noise", "publish.duty", "rectify.revisit",
)  # fmt: skip
BASES = ("legal.own", "legal.bases")


@dataclass(frozen=True, slots=True)
class Frequency:
    """Visits to the site this year. `kinds`: type → number; None: a bureau's database gives no answer now.

    Attributes:
        counted: those that count toward the cap. bureaus: whose visits are counted together.
    """

    year: int
    kinds: Mapping[str, int] | None
    counted: int
    cap: Cap | None
    bureaus: tuple[str, ...]

    @property
    def total(self) -> int:
        """Of every kind."""
        return sum((self.kinds or {}).values())


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """The page of one visit; of other firms it holds nothing.

    Attributes:
        matters: groups of the checklist. bases, rights: values with their citation.
        public: the draw was opened, so anybody verifies it. rated: there is a rating.
        until: last moment for rating and complaining.
    """

    bureau: str
    entered: Entered
    draw: Draw
    external: bool
    public: bool
    matters: tuple[str, ...]
    form: str
    bases: tuple[Value, ...]
    rights: tuple[Value, ...]
    frequency: Frequency
    rated: bool
    complaints: int
    until: Any


async def see_own_visit(work: Work, entered: Entered) -> OwnVisit:
    """Everything of the page; `entered` by `at_door`."""
    work.require("visit.seen", assigned=own_door(work, entered))
    door = entered.door
    day = door.at.astimezone(CHINA).date()
    draw = await draws.get(work.db, work.scope, door.bureau, door.draw_no)
    rules = await rules_for(work, door.bureau, subject=draw.subject, item=draw.item, on=day)
    form = form_by(rules)
    complaints = await voices.complaints_of(work.db, work.scope, door.draw_no, door.slot)
    return OwnVisit(
        bureau=door.bureau,
        entered=entered,
        draw=draw,
        external=is_external(door.draw_no),
        public=draw.state == "opened",
        matters=tuple(words[0] for words in form.checklist.groups.values()),
        form=form.name,
        bases=_known(rules, BASES),
        rights=_known(rules, RIGHTS),
        frequency=await _frequency(work, draw, str(entered.card["site"]["code"]), day.year, rules),
        rated=await voices.rating_of(work.db, work.scope, door.draw_no, door.slot) is not None,
        complaints=len(complaints),
        until=door.at + RATED_FOR - timedelta(seconds=1),
    )


def _known(rules: Rules, keys: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(value for key in keys if (value := rules.get(key)) is not None)


async def _frequency(work: Work, draw: Draw, site: str, year: int, rules: Rules) -> Frequency:
    cap, path = cap_of(rules), (await bureaus.get(work.control, draw.subject)).path
    try:
        kinds = (await ledger_of(work, draw.subject, year)).get(site, {})
    except BureauUnavailable:
        return Frequency(year, None, 0, cap, tuple(path))
    return Frequency(year, kinds, cap.counted(kinds) if cap else 0, cap, tuple(path))
