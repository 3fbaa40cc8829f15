"""What headings mean: the template's own, remembered ones, likenesses that are only offered."""

from policies.roster.columns import SITE_LAYOUT
from policies.roster.headings import Found, absent, mapping_of, meanings, repeated, worth_keeping


def found(*texts: str) -> tuple[Found, ...]:
    return tuple(Found(chr(65 + i), text, text) for i, text in enumerate(texts))


def why(*texts: str, **more: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {m.text: (m.field, m.why) for m in meanings(found(*texts), SITE_LAYOUT, **more)}


def test_a_likeness_is_offered_and_never_taken_as_said() -> None:
    told = why("企业名称", "法人代表", "行业类别名称", "备注")
    assert told["企业名称"] == ("name", "template") and told["法人代表"] == ("legal_person", "template")
    assert told["行业类别名称"] == ("industry", "suggested") and told["备注"] == ("", "open")
    assert not any(m.settled for m in meanings(found("行业类别名称", "备注"), SITE_LAYOUT))


def test_a_field_that_is_filled_is_not_offered_again() -> None:
    assert why("行业类别", "行业类别名称")["行业类别名称"] == ("", "open")


def test_what_is_said_goes_before_what_is_remembered_and_that_before_the_template() -> None:
    past, now = {"企业名称": "", "甲": "name", "乙": "gone"}, {"甲": "products"}
    told = why("企业名称", "甲", "乙", remembered=past, chosen=now)
    assert told == {"企业名称": ("", "remembered"), "甲": ("products", "chosen"), "乙": ("", "open")}


def test_what_lacks_what_is_double_and_what_is_worth_keeping() -> None:
    said = {"甲": "name", "污染源编码": "code", "丙": ""}
    meant = meanings(found("甲", "企业名称", "污染源编码", "丙"), SITE_LAYOUT, chosen=said)
    assert [c.key for c in repeated(meant, SITE_LAYOUT)] == ["name"]
    assert "credit_code" in [c.key for c in absent(meant, SITE_LAYOUT)]
    assert mapping_of(meant)["丙"] == "" and worth_keeping(meant, SITE_LAYOUT) == {"甲": "name", "丙": ""}
