"""The installable field app: its shell, what installs it, and the program that keeps it for offline use.

Nothing here says who is signed in: the shell is the same for everybody, so that a phone may keep it.
"""

import hashlib
import json
from functools import cache
from typing import Any, Literal

from litestar import Request, Response, get
from litestar.response import Template

from services.web.pages import STATIC, language, named, static
from services.web.state import web_of

AnyRequest = Request[Any, Any, Any]
Spoken = Literal["zh", "en"]
AT: dict[Spoken, str] = {"zh": "/field/app", "en": "/field/app/en"}
MANIFEST: dict[Spoken, str] = {"zh": "/field/app/zh.webmanifest", "en": "/field/app/en.webmanifest"}
SHELL = "field/app.html"
COLOUR = "#0b5d47"
_WORDS: dict[Spoken, dict[str, str]] = {
    "zh": {"name": "双随 · 现场检查", "short_name": "现场检查", "lang": "zh-CN"},
    "en": {"name": "Shuangsui · field visits", "short_name": "Field visits", "lang": "en"},
}


@get(AT["zh"], action="public.read")
async def shell(request: AnyRequest) -> Template:
    """The app in the reader's language; the phone keeps it and opens it without a network."""
    return _shell(request, language(request))


@get(AT["en"], action="public.read")
async def shell_english(request: AnyRequest) -> Template:
    """The app in English, whatever the reader chose elsewhere."""
    return _shell(request, "en")


@get([MANIFEST["zh"], MANIFEST["en"]], action="public.read", include_in_schema=False)
async def manifest(request: AnyRequest) -> Response[bytes]:
    """What a phone needs to put the app on its home screen."""
    lang: Spoken = "en" if request.url.path == MANIFEST["en"] else "zh"
    body = json.dumps(manifest_of(lang), ensure_ascii=False).encode()
    return Response(body, media_type="application/manifest+json")


@get("/field/app/worker.js", action="public.read", media_type="text/javascript", include_in_schema=False)
async def worker(request: AnyRequest) -> Response[str]:
    """The service worker: what the shell is made of, its fingerprint, and the program that keeps it."""
    spoken = shell_text(request)
    program = (STATIC / "field" / "worker.js").read_text("utf-8")
    mark = hashlib.sha256("\n".join([*kept(), program, *spoken]).encode()).hexdigest()[:12]
    head = f"const MARK = {json.dumps(mark)};\nconst KEPT = {json.dumps(kept())};\n"
    allowed = {"service-worker-allowed": AT["zh"]}
    return Response(head + program, media_type="text/javascript; charset=utf-8", headers=allowed)


@cache
def kept() -> list[str]:
    """Every address the shell is made of; files under static/ with their fingerprints, modules by name."""
    modules = sorted(path.name for path in (STATIC / "field").glob("*.js") if path.name != "worker.js")
    files = [static("site.css"), static("field/app.css"), static("icon.svg"), static("field/icon-192.png")]
    prints = hashlib.sha256("".join(static(f"field/{name}") for name in modules).encode()).hexdigest()[:12]
    return [
        *AT.values(),
        *MANIFEST.values(),
        *files,
        *(f"/static/field/{name}" for name in modules),
        f"/static/field/start.js?v={prints}",
    ]


def shell_text(request: AnyRequest) -> list[str]:
    """Both shells as they are served: a changed word is a new version too."""
    environment = request.app.template_engine
    engine = environment.engine if environment else None
    return (
        [engine.get_template(named(SHELL, lang)).render(_context(request, lang)) for lang in AT]
        if engine
        else []
    )


def manifest_of(lang: Spoken) -> dict[str, Any]:
    """The web app manifest in a language."""
    icons = [
        {
            "src": static("field/icon-192.png"),
            "sizes": "192x192",
            "type": "image/png",
            "purpose": "any maskable",
        },
        {
            "src": static("field/icon-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "any maskable",
        },
        {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    return {
        **_WORDS[lang],
        "id": AT["zh"],
        "start_url": AT[lang],
        "scope": AT["zh"],
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#fbfcfa",
        "theme_color": COLOUR,
        "icons": icons,
    }


def _shell(request: AnyRequest, lang: Spoken) -> Template:
    return Template(template_name=named(SHELL, lang), context=_context(request, lang))


def _context(request: AnyRequest, lang: Spoken) -> dict[str, Any]:
    """No session, no name, no moment: what is kept on the phone must not go stale or tell of anybody."""
    return {
        "lang": lang,
        "simulated": web_of(request).app.clock.simulated,
        "start": kept()[-1],
        "manifest": MANIFEST[lang],
        "other": AT["en" if lang == "zh" else "zh"],
        "colour": COLOUR,
    }


routes = [shell, shell_english, manifest, worker]
