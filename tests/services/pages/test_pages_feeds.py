"""Notices in feed readers: well-formed, the same as the page, 304 for who has them, nobody else's."""

from datetime import datetime
from xml.etree import ElementTree

import pytest

from services.portal.feeds import readable

from .conftest import COUNTY, OTHER

ATOM = "{http://www.w3.org/2005/Atom}"


async def test_atom_has_what_the_page_has(shown) -> None:
    async with shown.reader() as reader:
        answer = await reader.get(f"/b/{COUNTY}/feed.atom")
        page = (await reader.get(f"/b/{COUNTY}/notices")).text
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert (
        feed.findtext(f"{ATOM}id", "").startswith("http")
        and feed.find(f"{ATOM}author/{ATOM}name") is not None
    )
    assert 0 < len(entries) == page.count(f'href="/b/{COUNTY}/notices/')
    moments = [datetime.fromisoformat(e.findtext(f"{ATOM}published", "")) for e in entries]
    assert moments == sorted(moments, reverse=True) and all(at.tzinfo for at in moments)
    for entry in entries:
        assert entry.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        link = entry.find(f"{ATOM}link")
        assert link is not None and f"/b/{COUNTY}/notices/" in link.get("href", "")
    latest = max(datetime.fromisoformat(e.findtext(f"{ATOM}updated", "")) for e in entries)
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated", "")) == latest


def test_what_xml_forbids_is_left_out() -> None:
    text = readable("<a>撤\x0b回\x00\ufffe\n\U0001f600</a>")
    assert ElementTree.fromstring(text).text == "撤回\n\U0001f600"


async def test_json_feed_says_the_same(shown) -> None:
    async with shown.reader() as reader:
        feed = (await reader.get(f"/b/{COUNTY}/feed.json")).json()
        atom = ElementTree.fromstring((await reader.get(f"/b/{COUNTY}/feed.atom")).content)
        some = (await reader.get(f"/b/{COUNTY}/feed.json", params={"kind": "result"})).json()
        part = ElementTree.fromstring(
            (await reader.get(f"/b/{COUNTY}/feed.atom", params={"kind": "result"})).content
        )
        first = await reader.get(
            feed["items"][0]["url"].partition("/b/")[1] + feed["items"][0]["url"].partition("/b/")[2]
        )
    assert feed["version"].endswith("/1.1") and first.status_code == 200
    assert [one["id"] for one in feed["items"]] == [
        e.findtext(f"{ATOM}id") for e in atom.findall(f"{ATOM}entry")
    ]
    assert {tag for one in some["items"] for tag in one["tags"]} == {"result"}
    assert atom.findtext(f"{ATOM}id") != part.findtext(f"{ATOM}id"), "two feeds under one id"
    assert part.findtext(f"{ATOM}id").endswith("/notices?kind=result")
    assert len(some["items"]) < len(feed["items"])


@pytest.mark.parametrize("name", ["feed.atom", "feed.json"])
async def test_who_has_it_gets_nothing_again(shown, name) -> None:
    async with shown.reader() as reader:
        first = await reader.get(f"/b/{COUNTY}/{name}")
        again = await reader.get(f"/b/{COUNTY}/{name}", headers={"if-none-match": first.headers["etag"]})
        other = await reader.get(f"/b/{OTHER}/{name}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"") and other.status_code == 200
        assert COUNTY not in other.text
        assert (await reader.get(f"/b/{COUNTY}/{name}", params={"kind": "no"})).status_code == 422
        assert (await reader.get(f"/b/999999/{name}")).status_code == 404
