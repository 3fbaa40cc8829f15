"""A form filled in again: only the one that was sent, nothing hidden, nothing that runs."""

from services.web.form_refill import refilled
from services.web.form_token import FormToken, owner_of, token_of

HIDDEN = '<input type="hidden" name="csrf_token" value="new"><input type="hidden" name="id" value="{}">'
PAGE = f"""<!doctype html><html><body><main id="main"><h1>甲 &amp; 乙</h1>
<form method="get" action="/desk/a"><input name="q"></form>
<form method="post" action="/desk/a">{HIDDEN.format(1)}<input name="why" value="old"></form>
<form method="post" action="/desk/a">{HIDDEN.format(2)}
<input name="why" value=""><input type="password" name="pin">
<input type="checkbox" name="ok" value="yes" checked><input type="checkbox" name="go" value="yes">
<input type="radio" name="kind" value="a" checked><input type="radio" name="kind" value="b">
<select name="role"><option value="">请选择</option><option value="x" selected>X</option>
<option value="y">Y</option></select>
<textarea name="text" rows="3">before</textarea></form>
<script>if (1 < 2 && "a") ;</script><!-- kept --></main></body></html>"""
SAID = [
    ("id", "2"),
    ("why", '"><script>alert(1)</script>'),
    ("pin", "1234"),
    ("go", "yes"),
    ("kind", "b"),
    ("role", "y"),
    ("text", "甲</textarea>\n乙"),
]


def test_the_form_that_was_sent_is_filled_in_and_no_other() -> None:
    made = refilled(PAGE, "/desk/a", "/desk/a", SAID, "<p>note</p>")
    first, second = made.split('name="id" value="2"')
    assert 'name="why" value="old"' in first and '<main id="main"><p>note</p>' in first
    assert "<script>alert" not in made and "&lt;script&gt;alert(1)" in second
    assert 'name="pin"' in second and "1234" not in made
    assert '<input type="checkbox" name="ok" value="yes">' in second
    assert 'name="go" value="yes" checked' in second
    assert 'name="kind" value="a">' in second and 'name="kind" value="b" checked' in second
    assert '<option value="x">' in second and '<option value="y" selected>' in second
    assert "甲&lt;/textarea&gt;\n乙</textarea>" in second and "before" not in second
    assert second.endswith(PAGE[PAGE.index("<script>") :]) and 'value="new"' in made


def test_a_hidden_value_that_changed_meanwhile_stays_as_the_page_has_it() -> None:
    fields = '<input type="hidden" name="version" value="8"><input name="n">'
    page = f'<main><form method="post">{fields}</form></main>'
    made = refilled(page, "/desk/x", "/desk/x", [("version", "7"), ("n", "me")], "")
    assert 'name="version" value="8"' in made and 'name="n" value="me"' in made


def test_a_page_without_that_form_is_left_as_it_is() -> None:
    assert refilled(PAGE, "/desk/a", "/desk/b", SAID, "<p>note</p>") == PAGE
    assert refilled(PAGE, "/desk/a", "/desk/a", [("id", "3")], "<p>note</p>") == PAGE


def test_tokens_come_apart_and_strange_ones_have_no_parts() -> None:
    token = FormToken("s", owner_of("p", "411721"), "0" * 16)
    assert token_of(str(token)) == token
    assert token_of("s") == token_of("s.x.y") == FormToken("s") and str(FormToken("s")) == "s"
    assert owner_of("p", "411721") != owner_of("p", "411700") != owner_of("q", "411700")
