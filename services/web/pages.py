"""Server-rendered pages: one Jinja environment, one function that gives every page the same context."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template.config import TemplateConfig
from markupsafe import Markup

from policies.access import allowed, menu
from policies.access_matrix import ROLES
from policies.errors import Language
from services.web import filters
from services.web.bilingual import ENGLISH, BothLanguages
from services.web.form_token import FormToken, owner_of
from services.web.guards import CSRF_FIELD
from services.web.headers import request_id
from services.web.locale import english
from services.web.looks import look_of
from services.web.state import principal_of, session_of, web_of

HERE = Path(__file__).resolve().parent
TEMPLATES = (HERE / "templates", HERE.parent / "identity" / "templates")
STATIC = HERE / "static"
STEPPED = "stepped"  # in the address of a page whose form was lost to the second factor
OFFERED = ("granted", "step_up")  # decisions worth a place in the menu
LANG_COOKIE = "lang"
TEXT_COOKIE = "text"  # "large" for people who asked for large letters


@cache
def environment() -> Environment:
    """Escapes everything; an unknown name in a template is an error, not an empty string.

    One a process: it knows nothing of an application, and reading all templates takes more than a second.
    """
    env = BothLanguages(
        english(),
        TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["static"] = static
    env.globals["ROLES"] = ROLES
    filters.put(env)
    return env


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """The configuration `create_app` hands to Litestar."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))


@cache
def static(name: str) -> str:
    """Address of a file under static/, with its fingerprint so that a new version is fetched at once."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def language(request: Request[Any, Any, Any]) -> Language:
    """Chinese, unless the reader chose English (cookie `lang`)."""
    return "en" if request.cookies.get(LANG_COOKIE) == "en" else "zh"


def named(name: str, lang: Language) -> str:
    """The template `name` in a language."""
    return f"{ENGLISH}{name}" if lang == "en" else name


def page(request: Request[Any, Any, Any], name: str, *, status: int = 200, **context: Any) -> Template:
    """Renders `templates/<name>` with `context` and what every page may use.

    Added names: `request`, `principal`, `session` (None for the public), `place` (the bureau acted for, name
    and code, "" for the public), `csrf_token`, `csrf_field`
    (ready hidden input), `may(action)`, `may_list(action)` (not only what was assigned),
    `lang`, `simulated`, `now`, `path`,
    `glass` (the break-glass look under way, or None),
    `large` (letters), `stepped` (a form sent before the second factor was not carried out).
    """
    spoken = named(name, language(request))
    return Template(template_name=spoken, context=common(request) | context, status_code=status)


def common(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The names every page may use; see `page`."""
    principal, session, app = principal_of(request), session_of(request), web_of(request).app
    return {
        "request": request,
        "principal": principal,
        "session": session,
        "place": place_of(request),
        "csrf_token": _token(request),
        "csrf_field": csrf_field(request),
        "may": lambda action: bool(menu(principal, (action,))),
        "may_list": lambda action: allowed(principal, action, bureau=principal.bureau).reason in OFFERED,
        "lang": language(request),
        "simulated": app.clock.simulated,
        "now": app.clock.now(),
        "glass": look_of(principal, app.clock.now()),
        "path": request.url.path,
        "stepped": session is not None and request.query_params.get(STEPPED) == "1",
        "large": request.cookies.get(TEXT_COOKIE) == "large",
    }


def csrf_field(request: Request[Any, Any, Any]) -> Markup:
    """The hidden input every form of a session carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, _token(request))


def _token(request: Request[Any, Any, Any]) -> str:
    """What forms and scripts of this page send to show where they come from; "" without a session."""
    session = session_of(request)
    if session is None:
        return ""
    owner = owner_of(session.subject, session.bureau)
    return str(FormToken(session.csrf, owner, request_id(request.scope)))


def place_of(request: Request[Any, Any, Any]) -> str:
    """Where the reader stands: name and code of the bureau acted for; "" without one."""
    session, bureau = session_of(request), principal_of(request).bureau
    if session is None or not bureau:
        return ""
    return f"{session.place} {bureau}".strip() if session.bureau == bureau else bureau
