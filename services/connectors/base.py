"""What the product asks of a system outside: take results, give a receipt.

No public interface, schema or manual of the systems named in the texts was found, so the only connector
writes files that a person hands over. One that calls an API implements the same two functions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from services.sheets import Cell

Line = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to hand over."""

    name: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the bytes."""
        return sha256(self.data).hexdigest()


class Connector(Protocol):
    """One system outside."""

    @property
    def target(self) -> str:
        """Name of the system, as the bureau's rules name it."""
        ...

    def results(self, name: str, lines: Sequence[Line], notes: Sequence[str] = ()) -> OutFile:
        """Results of visits in the form of the system; equal lines give equal bytes.

        Args:
            name: file name without extension.
            lines: field → value, fields as in `services.connectors.profiles.FIELDS`.
            notes: lines for people above the table.
        """
        ...

    def table(self, name: str, data: bytes) -> bytes:
        """A file of the system as a csv under our own headings, in our own words.

        Raises:
            Problem: it is unreadable, or lacks a column of the profile.
        """
        ...

    def receipt(self, text: str) -> str:
        """The batch number in what the system answered. Raises BadProfile when it does not fit."""
        ...
