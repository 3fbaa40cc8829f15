"""Every sentence of the pages has its English, and says as much."""

import re

import pytest
from jinja2 import DictLoader, nodes

from services.web.bilingual import BothLanguages
from services.web.locale import CATALOGUES, english, known
from services.web.pages import environment, template_config
from services.web.sentences import has_chinese
from tests.house.messages import catalogues

PLACE = re.compile(r"\{\w+\}")


def test_every_sentence_has_its_english() -> None:
    missing = [one.id for made in catalogues().values() for one in made if one.id and not one.string]
    assert missing == [], "python -m tests.house.messages lists them in services/web/locale/en"


def test_the_catalogues_hold_nothing_else() -> None:
    said = {str(one.id) for made in catalogues().values() for one in made if one.id}
    assert set(english()) - said - {zh for zh, _ in known()} == set()
    assert {path.stem for path in CATALOGUES.glob("*.po")} == set(catalogues())


def test_what_is_put_in_is_the_same() -> None:
    assert [
        zh for zh, en in english().items() if sorted(PLACE.findall(zh)) != sorted(PLACE.findall(en))
    ] == []


def test_the_control_flow_speaks_no_language() -> None:
    """A comparison with a Chinese word would be another one in English."""
    for name in environment().list_templates():
        tree = environment().parse(environment().loader.get_source(environment(), name)[0])  # type: ignore[union-attr]
        for node in tree.find_all((nodes.Compare, nodes.Test)):
            assert not [one for one in node.find_all(nodes.Const) if has_chinese(one.value)], name


def test_every_template_compiles_in_english() -> None:
    env = template_config().instance.engine  # type: ignore[union-attr]
    for name in env.list_templates():
        env.get_template(f"en/{name}")


@pytest.fixture
def env() -> BothLanguages:
    told = {
        "共 {0} 家，{1} 已查": "{1} of {0} done",
        "家": "sites",
        "首页": "Home",
        "抽中 {visits}": "{visits} drawn",
        "提示": "Note",
    }
    made = BothLanguages(told, (), autoescape=True)
    pages = {
        "base.html": '<a title="提示">{% block main %}{% endblock %}</a>',
        "page.html": '{% extends "base.html" %}{% import "m.html" as m %}'
        '{% block main %}<p>\n共 {{ n }} 家，{{ d }} 已查\n</p>{{ m.word("首页") }}{{ said }}{% endblock %}',
        "m.html": "{% macro word(x) %}<b>{{ x }}</b>{% endmacro %}",
    }
    loader = DictLoader(pages | {f"en/{name}": text for name, text in pages.items()})
    made.loader = loader
    return made


def test_sentences_words_and_what_extends(env: BothLanguages) -> None:
    shown = env.get_template("en/page.html").render(n=3, d="<2>", said="抽中 22")
    assert shown == '<a title="Note"><p>\n&lt;2&gt; of 3 done\n</p><b>Home</b> 22 drawn</a>'
    chinese = env.get_template("page.html").render(n=3, d=2, said="家")
    assert chinese == '<a title="提示"><p>\n共 3 家，2 已查\n</p><b>首页</b>家</a>'


def test_what_people_typed_stays(env: BothLanguages) -> None:
    shown = env.get_template("en/page.html").render(n=1, d=1, said="某某化工家")
    assert "某某化工家" in shown
