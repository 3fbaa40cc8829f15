"""HTTP as an outsider's tool needs it: bounded answers, no credentials, standard library only.

The commands for witnesses and monitors run from the base install, on a machine that trusts the server with
nothing; what arrives here is checked by signatures and hashes afterwards.
"""

import http.client
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from services.outside.errors import Unreachable

MOST_BYTES = 20_000_000
SECONDS = 20
AGENT = {"user-agent": "shuangsui-outside"}
GONE = (404, 410)


class _Stay(HTTPRedirectHandler):
    """A redirect to another host or away from https is not followed: the person named this one."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if new.netloc != old.netloc or (old.scheme, new.scheme) == ("https", "http"):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = build_opener(_Stay)


def fetch(url: str, *, most: int = MOST_BYTES) -> bytes | None:
    """What is at an address; None when the server says that nothing is.

    Args:
        url: http or https.
        most: bytes an answer may have.

    Raises:
        Unreachable: no such server, an error of its, or too long an answer.
    """
    return _ask(Request(_plain(url), headers=AGENT), most)  # noqa: S310 - the scheme is checked in _plain


def post(url: str, body: bytes, kind: str) -> bytes:
    """Send bytes of a media type; what the server answered.

    Raises:
        Unreachable: no such server, or it refused; its own words stand in `got`.
    """
    request = Request(_plain(url), data=body, headers={**AGENT, "content-type": kind})  # noqa: S310
    answer = _ask(request, MOST_BYTES)
    if answer is None:
        raise Unreachable("404", url=url)
    return answer


def _ask(request: Request, most: int) -> bytes | None:
    url = request.full_url
    try:
        with _OPENER.open(request, timeout=SECONDS) as answer:
            data: bytes = answer.read(most + 1)
    except HTTPError as error:
        with error:
            if error.code in GONE and request.data is None:
                return None
            said = error.read(600).decode("utf-8", "replace")
        raise Unreachable(f"{error.code} {said}".strip(), url=url) from None
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(str(getattr(error, "reason", error)), url=url) from None
    if len(data) > most:
        raise Unreachable(f"> {most} B", url=url)
    return data


def _plain(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Unreachable(url[:80], url=url[:80]) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreachable(url[:80], url=url[:80])
    return url
