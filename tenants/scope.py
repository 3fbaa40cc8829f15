"""Whose rows: the scope is an explicit argument, and only this file makes it SQL."""

from dataclasses import dataclass

from sqlalchemy import ARRAY, ColumnElement, Text, any_, literal

from tenants.errors import OutOfScope


@dataclass(frozen=True, slots=True)
class Scope:
    """What one transaction may reach. Writes reach `bureau` only, reads reach `visible`.

    Attributes:
        bureau: GB/T 2260 code acted for; "" while a login has not chosen a bureau yet.
        visible: own bureau first, then the bureaus below it when the role reads them.
        subject: stable id of the login; it also shows the login its own memberships.
        system: True for jobs of the deployment itself (bureau tree, witness keys).
        glass: True while somebody looks under an approved break-glass request: every transaction is READ
            ONLY, and nothing sealed opens.
    """

    bureau: str
    visible: tuple[str, ...]
    subject: str
    system: bool = False
    glass: bool = False

    def __post_init__(self) -> None:
        own = (self.bureau,) if self.bureau else ()
        seen = dict.fromkeys((*own, *self.visible))
        if not all(code.isalnum() and code.isascii() for code in seen):
            raise ValueError(f"not bureau codes: {tuple(seen)}")
        object.__setattr__(self, "visible", tuple(seen))

    @classmethod
    def own(cls, bureau: str, subject: str) -> "Scope":
        """A scope that reads and writes one bureau."""
        return cls(bureau, (bureau,), subject)

    @classmethod
    def login(cls, subject: str) -> "Scope":
        """A scope that reaches nothing but the memberships of this login."""
        return cls("", (), subject)

    @classmethod
    def for_system(cls, bureau: str = "", visible: tuple[str, ...] = ()) -> "Scope":
        """A scope of the deployment itself; may write the bureau tree and the witness keys."""
        return cls(bureau, visible, "system", True)


def within(scope: Scope, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Predicate of every read: the row belongs to a visible bureau."""
    return column == any_(literal(list(scope.visible), ARRAY(Text)))


def own(scope: Scope, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Predicate of every write: the row belongs to the bureau acted for."""
    return column == scope.bureau


def require_own(scope: Scope, bureau: str) -> None:
    """Refuse a record of another bureau before it reaches the database. Raises OutOfScope."""
    if not scope.bureau or bureau != scope.bureau:
        raise OutOfScope


def settings(scope: Scope) -> dict[str, str]:
    """The transaction-local settings that row-level security reads; `enter` narrows `app.visible`."""
    visible = "{" + ",".join(scope.visible) + "}" if scope.visible else ""
    return {
        "app.bureau": scope.bureau,
        "app.visible": visible,
        "app.everywhere": visible,
        "app.subject": scope.subject,
        "app.system": "on" if scope.system else "",
    }
