"""Check a draw oneself: in the reader's own browser, or, without script, here; in numbered steps."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import MultipartBody
from litestar.response import Template

from policies.errors import Problem
from policies.verify.verdict import STEP_WORDS
from services.views.verification import BUNDLE_BYTES, TRUST_BYTES, check_bytes, trust_text
from services.web.depends import InApp
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.web.parts import parts

AnyRequest = Request[Any, Any, Any]


@dataclass
class VerifyForm:
    """What was handed in; a file left empty arrives with an empty name."""

    bundle: UploadFile | None = None
    trust: UploadFile | None = None


@get("/verify", action="verify")
async def form(request: AnyRequest, app: InApp) -> Template:
    """The form, what each step asks, and the deployment's own keys: its log and the superiors' witnesses."""
    return _page(request, trust_text=trust_text(app.log.vkey, await app.log.superiors()))


@post("/verify", action="verify", status_code=200, request_max_body_size=BUNDLE_BYTES + TRUST_BYTES + 4096)
async def check(request: AnyRequest, data: MultipartBody[VerifyForm]) -> Template:
    """The verdict on the uploaded files; what cannot be read is said above the form."""
    lang = language(request)
    try:
        bundle, trust = await _files(data)
        report = await check_bytes(bundle, trust, lang)
    except Problem as problem:
        return _page(request, status=422, problem=problem.as_dict(lang))
    return _page(request, report=report, file_name=data.bundle.filename if data.bundle else "")


def _page(request: AnyRequest, *, status: int = 200, **found: Any) -> Template:
    plain = {"report": None, "problem": None, "file_name": "", "trust_text": ""}
    context = plain | {"steps": _steps(language(request)), "parts": parts()} | found
    return page(request, "portal/verify.html", status=status, **context)


def _steps(lang: Any) -> list[tuple[str, str]]:
    return [(id, words[lang]) for id, words in STEP_WORDS.items()]


async def _files(data: VerifyForm) -> tuple[bytes, str | None]:
    if data.bundle is None or not data.bundle.filename:
        raise BadRequest(wanted="bundle.json")
    bundle = await data.bundle.read()
    trust = await data.trust.read() if data.trust is not None and data.trust.filename else b""
    if len(bundle) > BUNDLE_BYTES or len(trust) > TRUST_BYTES:
        raise BadRequest(len(bundle), wanted=f"≤ {BUNDLE_BYTES} / {TRUST_BYTES} bytes")
    try:
        return bundle, trust.decode("utf-8") or None
    except UnicodeDecodeError:
        raise BadRequest(wanted="trust.txt: UTF-8") from None


routes = [form, check]
