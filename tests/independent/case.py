"""One bundle under examination: what was given, what was recomputed, how the steps ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import beacon, draw, teams
from .coding import Suite, jcs, moment
from .form import Form
from .notes import Trust
from .publiclog import View, read_view
from .teams import Impossible, Pool


@dataclass
class Step:
    """One of V1–V13."""

    id: str
    faults: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)  # what could not be checked, and why
    remarks: list[str] = field(default_factory=list)

    def expect(self, holds: bool, fault: str) -> None:
        """A fault unless it holds."""
        if not holds:
            self.faults.append(fault)

    @property
    def status(self) -> str:
        """failed, not_checked or passed."""
        return "failed" if self.faults else "not_checked" if self.gaps else "passed"

    def as_dict(self) -> dict[str, str]:
        """For the report."""
        said = self.faults or self.gaps
        return {"id": self.id, "status": self.status, "detail": "; ".join([*said, *self.remarks])}


class Case:
    """The usable members and everything that follows from them."""

    def __init__(self, bundle: dict[str, Any], suite: Suite, trust: Trust | None) -> None:
        self.suite, self.trust = suite, trust
        self.form = Form(bundle)
        self.given = self.form.usable
        self.manifest: dict[str, Any] | None = self.given.get("manifest")
        self.m = b"" if self.manifest is None else suite.hash(jcs(self.manifest))
        log = self.given.get("log")
        self.log: View | None = None if log is None else read_view(log, trust)
        earlier = None if log is None else log.get("before")
        self.before: View | None = None if earlier is None else read_view(earlier, trust)
        self.r: bytes | None = None
        self.seed: draw.Seed | None = None
        self.order: dict[str, list[str]] | None = None
        self.pool: Pool | None = None  # officers
        self.crews: dict[str, list[str]] = {}
        self.start: dict[str, list[str]] | None = None  # in role order; crews when they are fixed
        self.teams: dict[str, list[str]] | None = None  # officers, sorted
        self.over_cap: list[str] = []
        self.late = False

    def need(self, step: Step, *names: str) -> bool:
        """Whether members are there; otherwise the step was not checked."""
        missing = [n for n in names if n not in self.given]
        step.gaps.extend(f"{n} is {'malformed' if n in self.form.malformed else 'absent'}" for n in missing)
        return not missing

    def at(self, name: str) -> Fraction:
        """A time of the manifest."""
        assert self.manifest is not None
        return moment(self.manifest[name])

    def of_draw(self, view: View, t: str) -> list[dict[str, Any]]:
        """The entries of a type that belong to this draw, in log order."""
        assert self.manifest is not None
        key = "h" if t == "manifest" else "m"
        return view.of_type(t, bureau=self.manifest["bureau"], **{key: self.m.hex()})

    def void(self) -> dict[str, Any] | None:
        """The void entry of this draw."""
        found = self.of_draw(self.log, "void") if self.log is not None and self.manifest is not None else []
        return found[0] if found else None

    def born(self) -> Fraction | None:
        """When the beacon came into being; None without the evidence for it."""
        assert self.manifest is not None
        rule = self.manifest["beacon"]
        if rule["kind"] == "drand" and isinstance(rule.get("round"), int):
            return Fraction(beacon.round_time(rule["round"]))
        entries = self.of_draw(self.log, "beacon") if self.log is not None else []
        try:
            return moment(entries[0]["at"]) if entries else None
        except (KeyError, ValueError):
            return None

    def compute_seed(self) -> None:
        """Beacon and seed."""
        if self.manifest is None or "beacon" not in self.given:
            return
        self.r = beacon.value(self.suite, self.manifest["beacon"], self.given["beacon"])
        keys = self.given.get("keys")
        if self.r is not None and keys is not None and len(keys) == len(self.manifest["commits"]):
            self.seed = draw.make_seed(self.suite, [bytes.fromhex(k) for k in keys], self.m, self.r)

    def compute_order(self) -> None:
        """Tickets and ranks."""
        if self.seed is not None and self.manifest is not None and "units" in self.given:
            self.order = draw.ranks(
                self.seed, [s["id"] for s in self.manifest["strata"]], self.given["units"]
            )

    def drawn(self) -> list[str]:
        """The drawn sites."""
        assert self.manifest is not None and self.order is not None
        return [u for s in self.manifest["strata"] for u in self.order[s["id"]][: s["take"]]]

    def compute_teams(self) -> str | None:
        """Start and walk; a text when they cannot be made."""
        if self.order is None or self.seed is None or self.manifest is None:
            return None
        if "officers" not in self.given or "bans" not in self.given:
            return None
        mac, k = self.seed.assign(), self.manifest["crews"]
        self.pool = draw.officer_pool(self.given["officers"], self.given["bans"], self.manifest["team"])
        sent = self.pool
        try:
            if k > 0:
                self.crews = teams.make_crews(self.pool, k, mac)
                sent = teams.crew_pool(self.pool, self.crews)
            self.start = teams.Start(sent, self.drawn(), mac).run()
        except Impossible as error:
            return str(error)
        steps = self.manifest["walk_per_slot"] * sent.n * len(self.start)
        if steps > 2**32:
            return "the walk has more steps than it can number"
        walked = teams.walk(sent, self.start, steps, mac)
        loads = Counter(o for team in walked.values() for o in team)
        self.over_cap = [o for o in sent.ids if loads[o] > sent.cap[o]]
        self.teams = {
            u: sorted((o for x in team for o in self.crews.get(x, [x])), key=str.encode)
            for u, team in walked.items()
        }
        return None
