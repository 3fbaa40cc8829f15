"""The ceremony page of drawer and witness: the hall's stage, the own next step, and what the others do.

Every act here is one of the draw's own steps, refused and kept exactly as through the API: a page opened
again, a second click or the back button finds the step done. The stream tells only that something changed;
what changed is read anew with the person's own rights.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, ServerSentEvent, Template
from litestar.response.sse import ServerSentEventMessage

from services.usecases.attest_escrow import attest_escrow, escrow_pack
from services.usecases.commit_secret import commit_secret
from services.usecases.confirm_minutes import confirm_minutes
from services.usecases.enter_beacon import enter_beacon
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from services.views.ceremony import ROLE_OF, ceremony_of, part_of, steps_of
from services.views.desk import here
from services.web.depends import InApp, InWork
from services.web.errors import BadRequest
from services.web.keys import channel
from services.web.pages import page
from services.web.peers import client_of
from services.web.state import principal_of, web_of
from services.web.streams import Shown, as_event
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
ADDRESS = "/desk/ceremony/{bureau:str}/{draw_no:int}"
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
LONGEST = 4096


@get(ADDRESS, action="draw.read")
async def show(request: AnyRequest, work: InWork, bureau: FromPath[str], draw_no: FromPath[int]) -> Template:
    """The stage and the step at hand; no site and no officer is named."""
    work.require("draw.read", bureau=bureau)
    found = await ceremony_of(work, bureau, draw_no)
    where = await here(work, bureau)
    return page(request, "desk/ceremony.html", here=where, face=where.face, live=found.live, at=found)


@get(ADDRESS + "/events", action="draw.read")
async def events(
    request: AnyRequest, work: InWork, app: InApp, bureau: FromPath[str], draw_no: FromPath[int]
) -> Response[Any]:
    """A server-sent event whenever the ceremony went on: its mark only, nothing of the draw.

    A program that does not ask for a stream gets the present mark as JSON.
    """
    work.require("draw.read", bureau=bureau)
    work.seen("draw.read", bureau=bureau)
    first = await steps_of(work, bureau, draw_no)  # what is not there fails before a stream begins
    if "text/event-stream" not in request.headers.get("accept", ""):
        return Response({"mark": first.mark, "over": first.over}, media_type="application/json")
    who = principal_of(request)

    async def read() -> Shown:
        async with app.work(who, read_only=True) as now:
            at = await steps_of(now, bureau, draw_no)
        return Shown(at.mark, at.mark, at.over)

    name = channel(bureau, "ceremony", str(draw_no))
    known = request.headers.get("last-event-id", "")
    client = client_of(request, app.settings.trusted_proxies)
    followed = web_of(request).streams.follow(name, read, known=known, client=client)

    async def sent() -> AsyncIterator[ServerSentEventMessage]:
        async for shown in followed:
            yield ServerSentEventMessage(**as_event(shown))

    return ServerSentEvent(sent())


@post(ADDRESS + "/commitment", action="draw.commit", enter=True, status_code=303)
async def commit(work: InWork, bureau: FromPath[str], draw_no: FromPath[int], data: Form) -> Redirect:
    """Commitment and sealed copy, as this browser or the command line made them; the secret stays there."""
    copy = _bytes(data.get("copy", ""))
    suite = {"1": 1, "2": 2}.get(data.get("suite", ""))
    await commit_secret(work, draw_no, _role(work), data.get("c", "").strip().lower()[:100], copy, suite)
    return _back(bureau, draw_no)


@get(ADDRESS + "/pack.json", action="draw.escrow", enter=True, read_only=True)
async def pack(work: InWork, bureau: FromPath[str], draw_no: FromPath[int]) -> Response[bytes]:
    """Manifest and sealed copies for the superior's device; nobody else can open the copies."""
    made = await escrow_pack(work, draw_no, bureau)
    copies = {role: copy.hex() for role, copy in made.copies.items()}
    body = {"m": made.m, "manifest": made.manifest, "copies": copies}
    headers = {"content-disposition": f'attachment; filename="pack-{bureau}-{draw_no}.json"'}
    data = json.dumps(body, ensure_ascii=False).encode()
    return Response(data, media_type="application/json", headers=headers)


@post(ADDRESS + "/escrow", action="draw.escrow", enter=True, status_code=303)
async def escrow(work: InWork, bureau: FromPath[str], draw_no: FromPath[int], data: Form) -> Redirect:
    """The superior's attestation as its device made it: the file's text, pasted."""
    by, sig = _attestation(data.get("attestation", ""))
    await attest_escrow(work, draw_no, by, sig, bureau)
    return _back(bureau, draw_no)


@post(ADDRESS + "/beacon", action="draw.beacon", enter=True, status_code=303)
async def beacon(work: InWork, bureau: FromPath[str], draw_no: FromPath[int], data: Form) -> Redirect:
    """The digits called, the lotteries' numbers or the round's signature, into the public log."""
    await enter_beacon(work, draw_no, _evidence(data))
    return _back(bureau, draw_no)


@post(ADDRESS + "/secret", action="draw.reveal", enter=True, status_code=303)
async def secret(work: InWork, bureau: FromPath[str], draw_no: FromPath[int], data: Form) -> Redirect:
    """The own secret, after the beacon; the witness's with the digits it called."""
    digits = "".join(data.get("digits", "").split())[:100] or None
    await reveal_secret(work, draw_no, _role(work), _bytes(data.get("key", "")), digits)
    return _back(bureau, draw_no)


@post(ADDRESS + "/result", action="draw.run", status_code=303)
async def result(request: AnyRequest, app: InApp, bureau: FromPath[str], draw_no: FromPath[int]) -> Redirect:
    """Computes the result from what was handed over, and keeps it; once more, the very same."""
    await finish_draw(app, principal_of(request), draw_no)
    return _back(bureau, draw_no)


@post(ADDRESS + "/minutes", action="minutes.confirm", enter=True, status_code=303)
async def minutes(work: InWork, bureau: FromPath[str], draw_no: FromPath[int], data: Form) -> Redirect:
    """Stands by the minutes that were read; the form names their fingerprint."""
    await confirm_minutes(work, draw_no, data.get("h", ""))
    return _back(bureau, draw_no)


def _role(work: Work) -> str:
    """The role whose secret is this person's; who has none is refused by the use case."""
    return ROLE_OF.get(part_of(work.principal), "")


def _attestation(text: str) -> tuple[str, str]:
    """(name of the key, signature) of the JSON that `witness attest` prints; of neither more is kept."""
    try:
        said = json.loads(text[:LONGEST])
        by, sig = said["by"], said["sig"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadRequest(text[:40], wanted='attestation.json: {"by": …, "sig": …}') from None
    if not (isinstance(by, str) and isinstance(sig, str)):
        raise BadRequest(text[:40], wanted='attestation.json: {"by": …, "sig": …}')
    return by, sig


def _evidence(data: dict[str, str]) -> dict[str, Any]:
    """What the beacon gave: one of the three, by the field that was filled in."""
    if signature := data.get("signature", "").strip().lower():
        return {"signature": signature[:1000]}
    if lines := [line for line in data.get("numbers", "").splitlines() if line.strip()]:
        return {"numbers": [_numbers(line) for line in lines[:20]]}
    return {"digits": "".join(data.get("digits", "").split())[:100]}


def _numbers(line: str) -> list[int]:
    """03 07 12 … → numbers of one lottery."""
    found = re.split(r"[\s,，、+]+", line.strip())
    if not all(one.isascii() and one.isdigit() and len(one) < 7 for one in found):
        raise BadRequest(line[:40], wanted="numbers: 03 07 12 18 25 31 09")
    return [int(one) for one in found]


def _bytes(text: str) -> bytes:
    text = text.strip().lower()
    if len(text) > LONGEST or not _HEX.fullmatch(text):
        raise BadRequest(text[:20], wanted="hex")
    return bytes.fromhex(text)


def _back(bureau: str, draw_no: int) -> Redirect:
    return Redirect(f"/desk/ceremony/{bureau}/{draw_no}", status_code=303)


routes = [show, events, commit, pack, escrow, beacon, secret, result, minutes]
