"""What differs between two sets of rules, and the hash that stands in the public log."""

import hashlib
from datetime import date

import rfc8785
import yaml

from policies.rulebook.law_keys import KEYS
from policies.rulebook.lawbook import read_choices, rules_at
from policies.rulebook.rule_changes import choosable, difference, new_warnings, rules_hash
from services.ruling.lawfiles import lawbook

FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
COUNTY = "411721"
DAY = date(2026, 1, 1)


def rules(**values):
    book = lawbook()
    source = {
        "text": "某文", "clause": "一", "effective": date(2025, 12, 1), "mark": "default",
        "checked_on": date(2025, 12, 1),
    }  # fmt: skip
    chosen = {k.replace("__", "."): [{"value": v, "factors": FACTORS}] for k, v in values.items()}
    document = yaml.safe_dump({COUNTY: {"source": source, **chosen}}, allow_unicode=True)
    return rules_at(book, book.path_of(COUNTY), DAY, read_choices(document)[COUNTY])


def test_a_choice_changes_one_key_and_back() -> None:
    before, after = rules(), rules(rate__key={"base": "share", "value": "1/2", "per": "quarter"})
    (change,) = difference(before, after)
    assert (change.key, change.kind) == ("rate.key", "changed")
    assert change.before is not None and change.before.origin == "law"
    assert difference(before, before) == ()
    (back,) = difference(after, before)
    assert back.before == change.after and back.as_dict()["after"]["value"]["value"] == "1/5"
    assert new_warnings(after, after) == ()


def test_the_same_value_from_another_text_is_cited_anew() -> None:
    (change,) = difference(rules(), rules(team__size=2))
    assert change.kind == "cited"
    (added,) = difference(rules(), rules(inspect__entrusted="某大队"))
    assert added.kind == "added" and added.before is None
    (removed,) = difference(rules(inspect__entrusted="某大队"), rules())
    assert removed.kind == "removed"


def test_a_choice_between_text_and_parents_floor_brings_its_own_warning() -> None:
    after = rules(rate__key={"base": "share", "value": "22%", "per": "quarter"})
    (warning,) = new_warnings(rules(), after)
    assert warning.code == "below_parent_floor" and "22%" in warning.zh and len(warning.basis) == 2


def test_the_hash_is_sha_256_of_the_canonical_json() -> None:
    composed = rules().as_dict()
    assert rules_hash(composed) == hashlib.sha256(rfc8785.dumps(composed)).digest()
    assert rules_hash(composed) != rules_hash(rules(team__crews=4).as_dict())


def test_statutes_are_not_chosen() -> None:
    names = {key.name for key in choosable()}
    assert names < set(KEYS) and set(KEYS) - names == {n for n in KEYS if n.startswith("law.duty.")}
