"""The connector by file: an xlsx in the columns of a profile, a batch number typed in as the receipt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.connectors.base import Line, OutFile
from services.connectors.profiles import Profile
from services.sheets import OutSheet, write_table
from services.visiting.visit_errors import BadProfile


@dataclass(frozen=True, slots=True)
class FileConnector:
    """Writes what a person uploads."""

    profile: Profile

    @property
    def target(self) -> str:
        """Name of the system."""
        return self.profile.target

    def results(self, name: str, lines: Sequence[Line], notes: Sequence[str] = ()) -> OutFile:
        """An xlsx of text cells; see `Connector.results`."""
        columns = self.profile.columns
        rows = [tuple(line.get(column.field) for column in columns) for line in lines]
        sheet = OutSheet(
            self.profile.sheet,
            tuple(column.heading for column in columns),
            rows,
            notes=(*notes, self.profile.note),
            widths=tuple(column.width for column in columns),
        )
        return OutFile(f"{name}.xlsx", write_table([sheet]))

    def receipt(self, text: str) -> str:
        """The batch number as typed, without outer space."""
        number = text.strip()
        if not re.fullmatch(self.profile.receipt, number):
            raise BadProfile(number[:60], need=f"回执号符合 {self.profile.receipt}")
        return number
