"""The form as a JSON Schema says what the record's own check says; its version follows every word."""

import pytest

from policies.visiting.checklist import GROUPS, ITEMS, STANDARD, Checklist, Item, complete
from policies.visiting.form_schema import form_version, schema_of
from policies.visiting.visit_errors import ChecklistIncomplete
from policies.visiting.visits import RESULTS

FINE = {item.id: ("fine", "") for item in ITEMS}


def test_every_item_is_required_and_none_has_a_default() -> None:
    schema = schema_of("现场检查记录", 2, STANDARD)
    answers = schema["properties"]["answers"]
    assert answers["required"] == [*answers["properties"]] == [item.id for item in ITEMS]
    assert "default" not in str(schema) and answers["additionalProperties"] is False
    assert schema["properties"]["present"]["minItems"] == 2
    assert schema["properties"]["result"]["enum"] == [*RESULTS]
    for left_out in answers["required"]:
        with pytest.raises(ChecklistIncomplete):
            complete({one: given for one, given in FINE.items() if one != left_out}, STANDARD)


def test_a_fault_needs_words_in_both() -> None:
    item = schema_of("x", 2, STANDARD)["properties"]["answers"]["properties"][ITEMS[0].id]
    assert item["if"] == {"properties": {"answer": {"const": "fault"}}}
    assert item["then"] == {"required": ["answer", "words"], "properties": {"words": {"minLength": 1}}}
    with pytest.raises(ChecklistIncomplete):
        complete(FINE | {ITEMS[0].id: ("fault", "")}, STANDARD)
    for answer in item["properties"]["answer"]["enum"]:
        complete(FINE | {ITEMS[0].id: (answer, "说明")}, STANDARD)


def test_the_version_names_the_form() -> None:
    usual = form_version("现场检查记录", 2, STANDARD)
    assert usual == form_version("现场检查记录", 2, Checklist(dict(GROUPS), ITEMS)) and len(usual) == 12
    first, *rest = ITEMS
    asked_otherwise = Checklist(
        GROUPS, (Item(first.id, first.group, "防治设施运行是否正常", first.en), *rest)
    )
    named_otherwise = Checklist(GROUPS | {first.group: ("治污设施", "x")}, ITEMS)
    others = [
        form_version("污染源现场监察记录", 2, STANDARD),
        form_version("现场检查记录", 3, STANDARD),
        form_version("现场检查记录", 2, asked_otherwise),
        form_version("现场检查记录", 2, named_otherwise),
        form_version("现场检查记录", 2, Checklist(GROUPS, tuple(rest))),
    ]
    assert len({usual, *others}) == 6
