"""What the steps of one verification share: the bundle, and what earlier steps recomputed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.rd1.canonical import Suite
from policies.rd1.draw import Pairing, Pick, Seed, Teams
from policies.rd1.freeze import Lists
from policies.rd1.logs_notes import Checkpoint
from policies.rd1.logs_trust import Trust

Found = tuple[str, dict[str, Any]]
"""What a passed step says: a key of REASON_WORDS and its facts."""


class NotChecked(Exception):
    """A step cannot be done. Args: a key of REASON_WORDS and its facts."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


@dataclass(slots=True)
class LogView:
    """One checkpoint of the bundle and its entries as (index, entry, proof in hex)."""

    path: str
    checkpoint: Checkpoint | None
    entries: list[tuple[int, dict[str, Any], list[str]]]

    def of(self, t: str, **match: Any) -> list[tuple[int, dict[str, Any]]]:
        """Entries of a kind whose members match, by index."""
        found = [
            (index, entry)
            for index, entry, _ in self.entries
            if entry["t"] == t and all(entry.get(name) == value for name, value in match.items())
        ]
        return sorted(found, key=lambda pair: pair[0])


@dataclass(slots=True)
class Case:
    """State of one verification; None means not known (yet).

    Attributes:
        bundle: its well-formed members only.
        malformed: members that are there, but failed V1.
        m: recomputed M; r: recomputed R.
        log, before: the two views of the log.
        born: nanoseconds since 1970 at which the beacon was born.
    """

    bundle: dict[str, Any]
    trust: Trust | None
    malformed: frozenset[str] = frozenset()
    suite: Suite | None = None
    m: bytes | None = None
    r: bytes | None = None
    lists: Lists | None = None
    log: LogView | None = None
    before: LogView | None = None
    born: int | None = None
    seed: Seed | None = None
    order: Mapping[str, Sequence[str]] | None = None
    picks: tuple[Pick, ...] | None = None
    pairing: Pairing | None = None
    teams: Teams | None = None
    late: bool | None = None
    witnesses: int = 0
    over_leave: bool = False
    faults: list[Exception] = field(default_factory=list)

    def member(self, name: str) -> Any:
        """A member of the bundle; raises NotChecked when it is absent or malformed."""
        if name in self.bundle:
            return self.bundle[name]
        raise NotChecked("malformed" if name in self.malformed else "absent", what=name)

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest; raises NotChecked."""
        found: dict[str, Any] = self.member("manifest")
        return found

    def hashes(self) -> tuple[Suite, bytes]:
        """Suite and M; raises NotChecked when the manifest is malformed."""
        if self.suite is None or self.m is None:
            raise NotChecked("malformed", what="manifest")
        return self.suite, self.m

    def frozen(self) -> Lists:
        """The lists; raises NotChecked with the member that lacks."""
        for name in ("list_key", "units", "officers", "bans"):
            self.member(name)
        if self.lists is None:
            raise NotChecked("malformed", what="units, officers, bans")
        return self.lists

    def logged(self) -> LogView:
        """The log part; raises NotChecked."""
        self.member("log")
        if self.log is None:
            raise NotChecked("malformed", what="log")
        return self.log

    def mine(self, t: str, view: LogView | None = None) -> list[tuple[int, dict[str, Any]]]:
        """This draw's entries of a kind, by index, in `log` unless another view is given."""
        where = view or self.log
        if where is None or self.m is None:
            return []
        name = "h" if t == "manifest" else "m"
        return where.of(t, bureau=self.manifest["bureau"], **{name: self.m.hex()})

    @property
    def void(self) -> dict[str, Any] | None:
        """The draw's first void entry."""
        found = self.mine("void")
        return found[0][1] if found else None

    def needs(self, step: str) -> NotChecked:
        """The refusal of a step whose predecessor gave nothing."""
        return NotChecked("needs", what=step)
