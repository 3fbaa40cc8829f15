"""The groups an inspection answers, item by item, never with a default.

Which groups a bureau asks, and what it calls them, is its rule `checklist.groups`.
Basis: 西环〔2024〕3号 一（二）; 昆都仑方案 四 (same five matters).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from policies.rulebook.rules import Rules
from policies.visiting.visit_errors import ChecklistIncomplete


class Answer(StrEnum):
    """What the officer found for one item. There is no default: silence is not "fine"."""

    FINE = "fine"
    FAULT = "fault"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the checklist. `id` is stable and goes into the sealed record."""

    id: str
    group: str
    zh: str
    en: str


GROUPS: dict[str, tuple[str, str]] = {
    "facilities": ("污染防治设施运行情况", "Pollution control facilities in operation"),
    "emissions": ("污染物排放情况", "Emissions"),
    "assessment": ("环评制度落实情况", "Environmental impact assessment"),
    "three_at_once": ("“三同时”制度落实情况", "Facilities designed, built and put to use together"),
    "permit": ("排污许可制度落实情况", "Pollutant discharge permit"),
}

ITEMS: tuple[Item, ...] = (
    Item("facilities.running", "facilities", "防治设施是否正常运行", "Facilities run normally"),
    Item("facilities.log", "facilities", "运行台账是否完整", "Operating log complete"),
    Item("emissions.outlet", "emissions", "排放口是否规范", "Outlets as required"),
    Item("emissions.limits", "emissions", "监测数据是否达标", "Monitoring data within limits"),
    Item("assessment.approved", "assessment", "环评手续是否齐全", "Assessment approved"),
    Item("assessment.as_built", "assessment", "建设内容与环评是否一致", "Built as assessed"),
    Item("three_at_once.accepted", "three_at_once", "环保设施是否完成验收", "Facilities accepted"),
    Item("permit.held", "permit", "是否持有有效排污许可证或登记", "Valid permit or registration"),
    Item("permit.reports", "permit", "执行报告和自行监测是否落实", "Reports and self-monitoring done"),
)


@dataclass(frozen=True, slots=True)
class Checklist:
    """What one bureau asks.

    Attributes:
        groups: code → (name in Chinese, in English), in the order asked.
        items: the questions, group by group.
    """

    groups: Mapping[str, tuple[str, str]]
    items: tuple[Item, ...]

    def words(self, item: str) -> tuple[str, str]:
        """Name of the group, and the question, of an item of this checklist."""
        found = next(one for one in self.items if one.id == item)
        return self.groups[found.group][0], found.zh


STANDARD = Checklist(GROUPS, ITEMS)


def checklist_of(rules: Rules) -> Checklist:
    """The groups the bureau's rules name, under its own names; a group the product has no questions for
    is asked as one.

    Basis: obligation 6.
    """
    named = rules.get("checklist.groups")
    if named is None:
        return STANDARD
    usual = [code for code in GROUPS if code in named.value]  # a kept choice does not keep its order
    own = sorted(code for code in named.value if code not in GROUPS)
    groups = {code: (str(named.value[code]), _english(code, named.value[code])) for code in (*usual, *own)}
    items = [item for code, names in groups.items() for item in _items(code, names)]
    return Checklist(groups, tuple(items))


def _english(group: str, name: str) -> str:
    return GROUPS[group][1] if group in GROUPS else str(name)


def _items(group: str, names: tuple[str, str]) -> tuple[Item, ...]:
    known = tuple(item for item in ITEMS if item.group == group)
    own = Item(f"{group}.checked", group, f"{names[0]}是否符合要求", f"{names[1]}: as required")
    return known or (own,)


@dataclass(frozen=True, slots=True)
class Answers:
    """A complete checklist: every item answered, every fault described."""

    given: tuple[tuple[str, Answer, str], ...]
    checklist: Checklist = STANDARD

    @property
    def faults(self) -> tuple[tuple[str, str], ...]:
        """Item id and description of every fault."""
        return tuple((i, words) for i, answer, words in self.given if answer is Answer.FAULT)

    def as_list(self) -> list[dict[str, str]]:
        """JSON form, in the order of the checklist; each with its question, since rules change."""
        return [self._row(*one) for one in self.given]

    def _row(self, item: str, answer: Answer, words: str) -> dict[str, str]:
        group, question = self.checklist.words(item)
        return {"item": item, "answer": answer.value, "words": words, "group": group, "question": question}


def complete(answers: Mapping[str, tuple[str, str]], checklist: Checklist) -> Answers:
    """Check that every item is answered and every fault described.

    Args:
        answers: item id → (answer, words); words are needed for a fault only.
        checklist: of the bureau that records.

    Raises:
        ChecklistIncomplete: items without an answer, unknown items or answers, faults without words.

    Basis: 西环〔2024〕3号 二（二）; 昆都仑方案 七、2 (the record is made on site).
    """
    ids = [item.id for item in checklist.items]
    unknown = sorted(set(answers) - set(ids))
    missing = [i for i in ids if i not in answers]
    silent = [i for i, (a, words) in answers.items() if a == Answer.FAULT and not words.strip()]
    wrong = [f"{i}={a}" for i, (a, _) in answers.items() if a not in set(Answer)]
    if unknown or missing or silent or wrong:
        raise ChecklistIncomplete(
            "、".join([*missing, *unknown, *silent, *wrong]), missing=len(missing), total=len(ids)
        )
    return Answers(tuple((i, Answer(answers[i][0]), answers[i][1].strip()) for i in ids), checklist)
