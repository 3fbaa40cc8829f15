"""The law tree as read from its files, and the rules of a bureau on a day.

Callers read the files (suggested: `importlib.resources.files("policies") / "law"`, see
`services/ruling/lawfiles.py`) and hand over their text; nothing here touches a disk.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policies.errors import Place
from policies.rulebook.law_choices import Choice, read_choices
from policies.rulebook.law_entries import read_file
from policies.rulebook.law_entry import ROUTINE, Entry, Scope, check_dates
from policies.rulebook.law_errors import BadPlace, BadQuote
from policies.rulebook.law_inherit import check_choice, check_factors, floor_warnings
from policies.rulebook.law_stated import is_statement, newest, put_stated
from policies.rulebook.rules import Rules, Value
from policies.terms import Mark

__all__ = ["Choice", "Lawbook", "read", "read_choices", "rules_at", "rules_from_text"]

_CODE = re.compile(r"[0-9]{6}\Z")
_LEVELS = {1: "nation", 2: "province", 3: "city", 4: "county"}


@dataclass(frozen=True, slots=True)
class Lawbook:
    """Every value of the tree: place → its entries. Places are paths such as ("CN", "410000")."""

    places: Mapping[tuple[str, ...], tuple[Entry, ...]]

    def path_of(self, code: str) -> tuple[str, ...]:
        """The path that ends in a division code; raises `BadPlace` when no file stands there."""
        for place in self.places:
            if code in place:
                return place[: place.index(code) + 1]
        raise BadPlace(code)

    def at(self, place: tuple[str, ...], key: str, on: date, scope: Scope) -> Entry | None:
        """The entry of exactly this place in force: the narrowest scope first, then the newest."""
        fitting = [
            e for e in self.places.get(place, ()) if e.key == key and e.holds(on) and e.speaks_of(scope)
        ]
        return max(fitting, key=lambda e: (e.scope.narrowness, e.basis.effective), default=None)


def read(files: Mapping[str, str]) -> Lawbook:
    """Read the law tree.

    Args:
        files: path below the law folder, with "/" → text; e.g. "CN/410000/411700/411721/rates.yaml".

    Raises:
        LawProblem: the first fault found, with file, line and remedy.
    """
    places: dict[tuple[str, ...], tuple[Entry, ...]] = {}
    for file in sorted(files):
        place = _place(file)
        places[place] = places.get(place, ()) + read_file(files[file], file)
    for entries in places.values():
        check_dates(entries)
        _check_marks(entries)
    return Lawbook(places)


def _check_marks(entries: tuple[Entry, ...]) -> None:
    """A file of the tree quotes a text we hold or none; only a bureau's own rows are `stated`."""
    for entry in entries:
        if entry.basis.mark is Mark.STATED:
            raise BadQuote(entry.basis.mark.value, where=entry.where, key=entry.key)


def _place(file: str) -> tuple[str, ...]:
    *folders, name = file.split("/")
    lawful = folders and folders[0] == "CN" and len(folders) <= 4 and name.endswith(".yaml")
    if not lawful or not all(_CODE.match(part) for part in folders[1:]):
        raise BadPlace(file, where=Place(file=file))
    return tuple(folders)


def rules_at(
    book: Lawbook,
    path: Sequence[str],
    on: date,
    choices: Sequence[Choice] = (),
    *,
    subject: str = "",
    item: str = ROUTINE,
    level: str = "",
) -> Rules:
    """Compose nation → province → city → county → the bureau's stated text → its choices, as of a day.

    Args:
        book: the law tree.
        path: jurisdictions from "CN" to the bureau that draws.
        on: the day.
        choices: the bureau's own rows; those not yet or no longer in force are passed over. Rows marked
            `stated` are its own text and may undercut a parent's floor; all others choose under its text.
        subject: whose roster is drawn from; give it for an overlay.
        item: 抽查事项; of ratios and coverage only what speaks of this item, see `law_entry.item_of`.
        level: level of the bureau when the path does not tell it.

    Raises:
        BelowOwnText, OutsideRange: a choice weaker than the bureau's own text, or outside its range.
        MissingBasis: a chosen ratio without a factor that `rate.factors` names.
    """
    places = [tuple(path[:n]) for n in range(1, len(path) + 1)]
    asked = Scope(level or _LEVELS.get(len(path), "county"), item, subject)
    own: dict[str, Value] = {}
    floors: dict[str, tuple[Value, ...]] = {}
    for key in sorted({e.key for p in places for e in book.places.get(p, ())}):
        chain = [(p, e) for p in reversed(places) if (e := book.at(p, key, on, asked))]
        if chain:
            own[key] = _value(*chain[0])
            floors[key] = tuple(_value(p, e) for p, e in chain[1:])
    here = tuple(path)
    put_stated(own, floors, newest(filter(is_statement, choices), on, asked, here, "stated"))
    values = {**own, **_chosen(own, choices, on, asked, here)}
    check_factors(values)
    warnings = floor_warnings(values, own, floors)
    return Rules(tuple(path), on, asked.level, item, subject, values, own, floors, warnings)


def _value(place: tuple[str, ...], entry: Entry) -> Value:
    return Value(entry.value, entry.basis, entry.key, entry.note, entry.open_text, place)


def _chosen(
    own: Mapping[str, Value], choices: Sequence[Choice], on: date, asked: Scope, path: tuple[str, ...]
) -> dict[str, Value]:
    """The newest fitting choice of each key, each checked against the bureau's own text."""
    found = newest((c for c in choices if not is_statement(c)), on, asked, path, "choice")
    for key, value in found.items():
        check_choice(value, own.get(key))
    return found


def rules_from_text(
    body: str,
    *,
    on: date,
    book: Lawbook | None = None,
    file: str = "rules.yaml",
    level: str = "county",
    item: str = ROUTINE,
) -> Rules:
    """Rules of one file in the law format, for a simulation; with `book` under the national floors.

    Raises:
        LawProblem: as `read`.
    """
    here = ("CN", "000000")
    national = book.places.get(("CN",), ()) if book else ()
    trial = Lawbook({("CN",): national, here: read_file(body, file)})
    return rules_at(trial, here, on, level=level, item=item)
