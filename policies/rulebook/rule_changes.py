"""What changes when rules change: key by key, and the one number that fixes them all."""

from dataclasses import dataclass
from typing import Any, Literal

from policies.rd1.canonical import jcs, sha256
from policies.rulebook.law_key import Key
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_values import plain
from policies.rulebook.rules import Rules, RuleWarning, Value

# Duties stated by statutes; a bureau's decision cannot restate them.
_STATUTES = "law.duty."


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One key that says something else; `before` or `after` is None where nothing stated it."""

    key: str
    before: Value | None
    after: Value | None

    @property
    def kind(self) -> Literal["added", "removed", "changed", "cited"]:
        """`cited`: the same value, from another text or day."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        same = plain(self.before.value) == plain(self.after.value)
        return "cited" if same else "changed"

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "key": self.key,
            "zh": KEYS[self.key].zh,
            "en": KEYS[self.key].en,
            "kind": self.kind,
            "before": self.before.as_dict() if self.before else None,
            "after": self.after.as_dict() if self.after else None,
        }


def difference(before: Rules, after: Rules) -> tuple[RuleChange, ...]:
    """Every key whose value or citation differs, in the order of the keys."""
    found = []
    for key in KEYS:
        old, new = before.get(key), after.get(key)
        if old != new and (old is not None or new is not None):
            found.append(RuleChange(key, old, new))
    return tuple(found)


def new_warnings(before: Rules, after: Rules) -> tuple[RuleWarning, ...]:
    """Warnings that only the new rules bring, e.g. a floor of a parent that is undercut from now on."""
    known = {(w.code, w.zh) for w in before.warnings}
    return tuple(w for w in after.warnings if (w.code, w.zh) not in known)


def rules_hash(composed: dict[str, Any]) -> bytes:
    """SHA-256 of the JCS of `Rules.as_dict()`: the `h` of a `rules` entry in the public log."""
    return sha256(jcs(composed))


def choosable() -> tuple[Key, ...]:
    """Keys a bureau may choose: all but the duties that statutes state."""
    return tuple(key for key in KEYS.values() if not key.name.startswith(_STATUTES))
