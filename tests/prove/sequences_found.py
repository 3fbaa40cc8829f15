"""What earlier answers told a walk: ids by the place of a route they would fill, links and forms of pages."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from .probes import PLACE

KINDS = {"int": r"\d+", "uuid": r"[0-9a-f-]{36}", "path": r".+"}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
KEPT = 40  # of every kind; the newest are used most
SHORT_LISTS = 12  # of a long list the first ones are enough


@dataclass
class Field:
    """One field of a form; `options` are the values a select, radio or datalist offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    required: bool = False


@dataclass
class Form:
    """A form as it stands on a page; `buttons` are those that say something themselves."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """Links and forms of a page, in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what the tag says."""
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"].split("#")[0])
        elif tag == "form":
            self._form = Form(said.get("action", ""), said.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._of_form(self._form, tag, said)

    def handle_endtag(self, tag: str) -> None:
        """Ends the form or the select."""
        self._form = None if tag == "form" else self._form
        self._select = None if tag == "select" else self._select

    def _of_form(self, form: Form, tag: str, said: dict[str, str]) -> None:
        if tag == "option" and self._select is not None:
            self._select.options.append(said.get("value", ""))
        elif tag == "button" and said.get("name"):
            form.buttons.append((said["name"], said.get("value", "")))
        elif tag in ("input", "select", "textarea") and said.get("name"):
            self._field(form, tag, said)

    def _field(self, form: Form, tag: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text") if tag == "input" else tag
        one = Field(said["name"], kind, said.get("value", ""), required="required" in said)
        if kind == "radio":
            before = next((f for f in form.fields if f.name == one.name), None)
            (before or one).options.append(one.value)
            if before is not None:
                return
        form.fields.append(one)
        self._select = one if tag == "select" else None


@dataclass
class Found:
    """Everything found so far, in the order it was found, which is the same in both worlds."""

    routes: Sequence[str]
    ids: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    _patterns: list[tuple[str, re.Pattern[str]]] = field(default_factory=list)
    _known: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Makes the patterns of the routes with places, the longest first: the most special wins."""
        for route in sorted({r for r in self.routes if PLACE.search(r)}, key=lambda r: (-r.count("/"), r)):
            self._patterns.append((route, _pattern(route)))

    def learn(self, who: str, route: str, kind: str, body: str) -> None:
        """Take in an answer.

        Args:
            who: whose browser. route: what was asked, as the route table names it. kind: content type.
        """
        if kind.startswith("text/html"):
            page = self.pages[who] = Page(body)
            for path in [*page.links, *(form.action for form in page.forms)]:
                self._path(urlsplit(path).path)
        elif kind.split(";")[0] == "application/json":
            for key, value in _leaves(json.loads(body)):
                names = (f"{route}/", key) if key in ("id", "n", "draw_no", "code") else (key,)
                self._put(names, value)

    def candidates(self, route: str, name: str) -> list[str]:
        """What may stand at a place of a route: ids found for just that place, else by its name."""
        before = route[: route.index(f"{{{name}")]
        return self.ids.get(before) or self.ids.get(name) or []

    def _path(self, path: str) -> None:
        if path not in self._known:
            self._known[path] = self._places(path)
        for names in self._known[path]:
            self._put(names[:1], names[1])

    def _places(self, path: str) -> tuple[tuple[str, str], ...]:
        for route, pattern in self._patterns:
            if match := pattern.fullmatch(path):
                told = [(route[: route.index(f"{{{n}")], v) for n, v in match.groupdict().items()]
                return (*told, *match.groupdict().items())
        return ()

    def _put(self, names: Sequence[str], value: str) -> None:
        for name in names:
            kept = self.ids.setdefault(name, [])
            if value not in kept:
                kept.append(value)
                del kept[:-KEPT]


def _pattern(route: str) -> re.Pattern[str]:
    places = re.compile(r"\{(\w+)(?::(\w+))?\}")
    text = places.sub(lambda m: f"(?P<{m[1]}>{KINDS.get(m[2] or '', '[^/]+')})", route.replace(".", r"\."))
    return re.compile(text)


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """(name, text) of the short values of an answer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, name)
    elif isinstance(value, list):
        for inner in value[:SHORT_LISTS]:
            yield from _leaves(inner, key)
    elif isinstance(value, int | str) and not isinstance(value, bool) and 0 < len(str(value)) <= 40:
        yield key, str(value)
