"""Puts what was typed back into the form of a page: any page, without its template knowing of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from services.web.guards import CSRF_FIELD

Attributes = list[tuple[str, str | None]]
LEFT = frozenset({"hidden", "file", "password", "submit", "button", "reset", "image"})
TICKED = frozenset({"checkbox", "radio"})


def refilled(html: str, page: str, path: str, fields: Iterable[tuple[str, str]], note: str) -> str:
    """The page with one of its forms filled in, and a note at the top of its content.

    Hidden fields stay as the page has them: what they name may have changed meanwhile, and it is for the
    person to see that. Passwords and files are typed and chosen anew.

    Args:
        html: the page. page: its path. path: where the form was sent.
        fields: (name, text) as it was sent. note: markup.

    Returns:
        `html` unchanged when no form on it goes to `path`.
    """
    said = list(fields)
    seen = _Forms(page)
    seen.feed(html)
    seen.close()
    wanted = _which(seen.forms, path, said)
    if wanted is None:
        return html
    made = _Refill(wanted, said, note)
    made.feed(html)
    made.close()
    return "".join(made.out)


@dataclass(slots=True)
class _Form:
    """A form of the page: its number among all, where it goes, its hidden fields."""

    number: int
    path: str
    hidden: list[tuple[str, str]] = field(default_factory=list)


def _which(forms: Iterable[_Form], path: str, said: list[tuple[str, str]]) -> int | None:
    """The form with the same hidden fields; where none has them, the only one that goes there."""
    there = [one for one in forms if one.path == path]
    same = [one for one in there if all(pair in said for pair in one.hidden)]
    found = same or (there if len(there) == 1 else [])
    return found[0].number if found else None


class _Forms(HTMLParser):
    """Lists the forms that are sent with POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._page, self._count = page, 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._count += 1
            path = urlsplit(told.get("action", "")).path or self._page
            if told.get("method", "").lower() == "post":
                self.forms.append(_Form(self._count, path))
        elif tag == "input" and told.get("type") == "hidden" and self.forms:
            name = told.get("name", "")
            if name and name != CSRF_FIELD and self.forms[-1].number == self._count:
                self.forms[-1].hidden.append((name, told.get("value", "")))


class _Refill(HTMLParser):
    """Copies the page and rewrites the fields of one form."""

    def __init__(self, wanted: int, said: list[tuple[str, str]], note: str) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._wanted, self._note, self._count = wanted, note, 0
        self._inside, self._select, self._dropping = False, "", False
        self._said: dict[str, list[str]] = {}
        for name, value in said:
            self._said.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._count += tag == "form"
        if tag == "form":
            self._inside = self._count == self._wanted
        self.out.append(self._field(tag, attrs) if self._inside else self.get_starttag_text() or "")
        if tag == "main":
            self.out.append(self._note)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.out.append(self._field(tag, attrs) if self._inside else self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._dropping = False
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

    def _field(self, tag: str, attrs: Attributes) -> str:
        told = {name: value or "" for name, value in attrs}
        name, kind = told.get("name", ""), told.get("type", "text").lower()
        same = self.get_starttag_text() or ""
        if tag == "select":
            self._select = name if name in self._said else ""
            return same
        if tag == "option" and self._select and "value" in told:
            return _tag(tag, attrs, "selected", told["value"] in self._said[self._select])
        if tag == "input" and kind in TICKED and self._said:
            return _tag(tag, attrs, "checked", told.get("value", "on") in self._said.get(name, []))
        if name not in self._said or tag not in ("input", "textarea") or kind in LEFT:
            return same
        values = self._said[name]
        value = values.pop(0) if len(values) > 1 else values[0]
        if tag == "textarea":
            self._dropping = True
            return f"{same}\n{escape(value)}"
        return _tag(tag, [one for one in attrs if one[0] != "value"], "value", value)


def _tag(tag: str, attrs: Attributes, name: str, value: str | bool) -> str:
    """A start tag with one attribute set: to a text, or there or not."""
    kept = [one for one in attrs if one[0] != name]
    if value is not False:
        kept.append((name, None if value is True else value))
    words = "".join(f" {key}" if text is None else f' {key}="{escape(text)}"' for key, text in kept)
    return f"<{tag}{words}>"
