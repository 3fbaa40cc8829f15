"""Signs in like a browser, form by form: the demonstration's self-check and the tests use it."""

import re
from html import unescape

import httpx

from services.identity.people import PASSWORD, SECOND_CODE

HIDDEN = re.compile(r'name="execution" value="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ACTION = re.compile(r'action="([^"]+/login-actions/authenticate)"')


async def demo_login(
    client: httpx.AsyncClient, username: str, *, level: int = 1, next_: str = "/bureau"
) -> httpx.Response:
    """Signs `client` in (its cookie jar holds the session) and returns the page it ends on.

    Args:
        client: with `base_url` of a demonstration; redirects are followed here.
        username: e.g. "411721-drawer", see `services.identity.people`.
        level: 2 gives the second code too, as drawing and approving need.
        next_: local path to end on.

    Raises:
        PermissionError: the provider kept asking, i.e. refused.
    """
    page = await client.get("/login", params={"next": next_, "level": level}, follow_redirects=True)
    if 'name="password"' in page.text:
        page = await _submit(client, page, username=username, password=PASSWORD)
    if 'name="code"' in page.text:
        page = await _submit(client, page, code=SECOND_CODE)
    if HIDDEN.search(page.text):
        raise PermissionError(username)
    return page


def csrf_of(page: httpx.Response) -> str:
    """The token of the first form of a page; "" if it has none."""
    found = TOKEN.search(page.text)
    return unescape(found[1]) if found else ""


async def _submit(client: httpx.AsyncClient, page: httpx.Response, **fields: str) -> httpx.Response:
    number, action = HIDDEN.search(page.text), ACTION.search(page.text)
    if number is None or action is None:
        raise PermissionError(page.status_code)
    data = fields | {"execution": unescape(number[1])}
    return await client.post(unescape(action[1]), data=data, follow_redirects=True)
