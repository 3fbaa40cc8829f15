"""What a bureau's rules of a day say of its roster: required and own fields, names of classes, sections."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policies.roster import ALWAYS
from policies.roster.extras import class_names, layout_of, usable
from policies.roster.tabular import Layout
from policies.rulebook.roster_parts import ExtraField, Section, extra_fields, sections
from policies.rulebook.rules import Rules
from services.ruling.ruleset import rules_for
from services.work import Work


@dataclass(frozen=True, slots=True)
class RosterForm:
    """The form of a bureau's roster of sites.

    Attributes:
        required: keys of the cells that may not be empty, by `roster.fields` of the day.
        extra: the bureau's own fields. listed: those of them shown in lists.
        classes: code of a class → the bureau's names of it, the first for display.
        sections: who supplies which part.
        layout: columns of the import template.
    """

    required: frozenset[str]
    extra: tuple[ExtraField, ...]
    classes: Mapping[str, tuple[str, ...]]
    sections: tuple[Section, ...]
    layout: Layout

    @property
    def listed(self) -> tuple[ExtraField, ...]:
        """Own fields that lists show."""
        return tuple(one for one in self.extra if one.listed)


async def roster_form(work: Work, bureau: str = "", on: date | None = None) -> RosterForm:
    """The form by the rules of a visible bureau on a day; default the one acted for, today."""
    return form_of(await rules_for(work, bureau or work.scope.bureau, on=on or work.today))


def form_of(rules: Rules) -> RosterForm:
    """The form by a set of rules."""
    extra = usable(extra_fields(_pairs(rules, "roster.extra")))
    classes = class_names(_pairs(rules, "class.names"))
    layout = layout_of(extra, classes)
    wanted = frozenset(_pairs(rules, "roster.fields")) & {column.key for column in layout.columns}
    return RosterForm(ALWAYS | wanted, extra, classes, sections(_pairs(rules, "roster.sections")), layout)


def _pairs(rules: Rules, key: str) -> Mapping[str, str]:
    found = rules.get(key)
    return dict(found.value) if found else {}
