"""How tests do what needs a second factor: they submit, step up for that very act, and confirm it."""

import hashlib
import json
import re
from collections.abc import AsyncGenerator
from email.parser import BytesParser
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from services.identity.demo_login import csrf_of, demo_login

FORM = re.compile(r'<form class="stack" method="post" action="([^"]+)">')
NUMBER = re.compile(r'name="intent" value="([^"]+)"')


def asked(answer: httpx.Response) -> str:
    """The confirmation page an answer leads to through the second factor; "" when it leads nowhere there."""
    there = answer.headers.get("location") or answer.headers.get("hx-redirect", "")
    query = parse_qs(urlsplit(there).query)
    wanted = query.get("next", [""])[0]
    return wanted if query.get("level") == ["2"] and wanted.startswith("/confirm/") else ""


async def confirmed(client: httpx.AsyncClient, username: str, answer: httpx.Response) -> httpx.Response:
    """Steps up for what `answer` asks to confirm, presses the button, and returns what the act answered."""
    page = await demo_login(client, username, level=2, next_=asked(answer))
    action, number = FORM.search(page.text), NUMBER.search(page.text)
    assert action and number, page.text[:3000]
    data = {"intent": unescape(number[1]), "csrf_token": csrf_of(page)}
    return await httpx.AsyncClient.post(client, unescape(action[1]), data=data)  # the page's own token


async def act(client: httpx.AsyncClient, username: str, path: str, **more: Any) -> httpx.Response:
    """POSTs a form, through the confirmation where the act asks for one."""
    answer = await client.post(path, **more)
    return await confirmed(client, username, answer) if asked(answer) else answer


async def intent_for(
    client: httpx.AsyncClient, bureau: str, path: str, body: Any = None, form: Any = None
) -> str:
    """Makes an intent as a program does; the number to send as X-Intent."""
    said = {"path": f"/api/v1{path}", "body": body, "form": form}
    answer = await client.post(f"/bureaus/{bureau}/intents", json=said)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["intent"])


class StepsUp(httpx.Auth):
    """A program that names every act a second factor is asked for, and sends it again with its intent.

    Args:
        bureau: the one acted for.
    """

    requires_request_body = True
    requires_response_body = True

    def __init__(self, bureau: str) -> None:
        self.bureau = bureau

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        answer = yield request
        await answer.aread()
        if answer.status_code != 401 or answer.json().get("code") != "IntentNeeded":
            return
        headers = {
            name: value
            for name, value in request.headers.items()
            if name not in ("content-length", "content-type", "idempotency-key")
        }
        there = request.url.copy_with(path=f"/api/v1/bureaus/{self.bureau}/intents", query=None)
        made = yield httpx.Request("POST", there, headers=headers, json=_said(request))
        await made.aread()
        if made.status_code != 201:
            return
        request.headers["x-intent"] = made.json()["intent"]
        yield request


def _said(request: httpx.Request) -> dict[str, Any]:
    """What a program says it will send: its JSON, or its form with the files' hashes."""
    path, kind = request.url.raw_path.decode(), request.headers.get("content-type", "")
    if not kind.startswith("multipart/"):
        return {"path": path, "body": json.loads(request.content) if request.content else None}
    head = f"content-type: {kind}\r\n\r\n".encode()
    form = []
    for part in BytesParser().parsebytes(head + request.content).get_payload():
        name, file = (part.get_param(w, header="content-disposition") for w in ("name", "filename"))
        body = part.get_payload(decode=True)
        digest = hashlib.sha256(body).hexdigest()
        fact = {"file": file, "size": len(body), "sha256": digest}
        form.append([name, fact if file is not None else body.decode()])
    return {"path": path, "form": form}


class Confirming(httpx.AsyncClient):
    """A browser whose person steps up for, and confirms, whatever asks for it.

    The page's forged-request token changes with every second factor; a form filled in before keeps working.
    """

    username = ""
    token = ""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self._seen: set[str] = set()
        self._stale: set[str] = set()

    async def get(self, url: Any, **more: Any) -> httpx.Response:
        answer = await super().get(url, **more)
        self._seen.add(csrf_of(answer))
        return answer

    async def post(self, url: Any, **more: Any) -> httpx.Response:
        data = more.get("data")
        if isinstance(data, dict) and data.get("csrf_token") in self._stale - {""}:
            more["data"] = data | {"csrf_token": self.token}
        answer = await super().post(url, **more)
        if not self.username or not asked(answer):
            return answer
        done = await confirmed(self, self.username, answer)
        self._stale |= self._seen
        self.token = csrf_of(await self.get("/bureau"))
        self._stale.discard(self.token)
        return done
