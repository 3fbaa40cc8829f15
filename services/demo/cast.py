"""Who acts in the demonstration: the same people who can sign in to the demonstration site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from policies.terms import Bureau, Principal
from services.identity.people import demo_people, demo_person, inspector
from services.outside.folder import Device
from services.settings import Settings

BUREAUS: tuple[Bureau, ...] = (
    Bureau("410000", "河南省生态环境厅", "province"),
    Bureau("411700", "驻马店市生态环境局", "city", "410000"),
    Bureau("411721", "驻马店市生态环境局西平分局", "county", "411700"),
    Bureau("150000", "内蒙古自治区生态环境厅", "province"),
    Bureau("150200", "包头市生态环境局", "city", "150000"),
    Bureau("150203", "包头市生态环境局昆都仑区分局", "county", "150200"),
)
WITNESSES: Mapping[str, str] = {
    "410000": "henan.example/witness",
    "411700": "zhumadian.example/witness",
    "150000": "neimenggu.example/witness",
    "150200": "baotou.example/witness",
}
# Name of a database of its own (DATABASE_NAMES) → the bureau that lives in it, where the operator made one.
HOMES: Mapping[str, str] = {
    "henan": "410000",
    "zhumadian": "411700",
    "xiping": "411721",
    "neimenggu": "150000",
    "baotou": "150200",
    "kundulun": "150203",
}
CITIES = frozenset(b.code for b in BUREAUS if b.level == "city")
SUPERIOR: Mapping[str, str] = {b.code: b.parent for b in BUREAUS if b.parent}


@dataclass(frozen=True, slots=True)
class Act:
    """One draw of the demonstration: who draws, over whose roster, on which days."""

    bureau: str
    subject: str
    kind: str
    prepared: datetime
    beacon: datetime

    @property
    def name(self) -> str:
        """Shown in progress lines."""
        return f"{self.bureau} → {self.subject} {self.kind}"


def acting(bureau: str, post: str, now: datetime) -> Principal:
    """A desk person of a bureau, freshly signed in with a second factor at the simulated moment.

    Args:
        bureau: code; post: e.g. "drawer", as in the user name "411721-drawer".
        now: the simulated moment.
    """
    person = demo_person(f"{bureau}-{post}")
    return Principal(
        subject=person.subject,
        name=person.name,
        bureau=bureau,
        roles=frozenset(person.roles),
        acr=2,
        auth_time=int(now.timestamp()),
    )


def officer(bureau: str, number: int, certificate: str, now: datetime) -> Principal:
    """The inspector whose certificate stands at `number` (from 1) in the order of certificates."""
    person = inspector(bureau, number)
    return Principal(
        subject=person.subject,
        name=person.name,
        bureau=bureau,
        roles=frozenset({"inspector"}),
        acr=2,
        auth_time=int(now.timestamp()),
        certificate=certificate,
    )


def desk_people() -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """(bureau, subject, name, roles) of everyone but the inspectors."""
    return tuple(
        (p.bureau, p.subject, p.name, p.roles) for p in demo_people() if "-inspector-" not in p.username
    )


def device(settings: Settings, bureau: str, what: str) -> Device:
    """A folder that stands for somebody's own machine outside the deployment.

    Args:
        settings: names the home folder.
        bureau: whose device; what: "witness" or "drawer".
    """
    return Device(settings.home.outside_of(bureau) / what)
