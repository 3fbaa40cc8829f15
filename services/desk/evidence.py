"""Special sites and what shows it: the register, a new record, withdrawals, and the end of the flag."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.roster.evidence import NewEvidence
from services.desk.forms import some_day, words_of
from services.usecases.site_evidence import end_special, enter_evidence, withdraw_evidence
from services.views.evidence import special_sites
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]


@get("/desk/sites/evidence", action="site.read")
async def register(
    request: AnyRequest,
    work: InWork,
    bureau: FromQuery[str] = "",
    lacking: FromQuery[str] = "",
    after: FromQuery[str] = "",
    done: FromQuery[int] = 0,
) -> Template:
    """Every special site with what stands for it; the criteria with their clauses."""
    data = await special_sites(work, bureau, only=bool(lacking), after=after)
    return page(
        request,
        "desk/special_sites.html",
        here=data.here,
        data=data,
        own=data.here.face.code == work.scope.bureau,
        today=work.today,
        done=done,
    )


@post("/desk/sites/evidence", action="site.import", status_code=303)
async def enter(work: InWork, data: Form) -> Redirect:
    """One document for the chosen sites."""
    given = data.get("codes", [])
    codes = [given] if isinstance(given, str) else [str(one) for one in given]
    made = await enter_evidence(work, codes, _new(data))
    if data.get("back") == "site" and len(codes) == 1:
        return Redirect(f"/desk/sites/{codes[0]}#evidence", status_code=303)
    return Redirect(f"/desk/sites/evidence?done={len(made.records)}", status_code=303)


@post("/desk/sites/evidence/{evidence:uuid}/withdraw", action="site.import", status_code=303)
async def withdraw(work: InWork, evidence: FromPath[UUID], data: Form) -> Redirect:
    """Withdraws a record with a reason."""
    row = await withdraw_evidence(work, evidence, words_of(data, "why"))
    return Redirect(f"/desk/sites/{row.code}#evidence", status_code=303)


@post("/desk/sites/{code:str}/special/end", action="site.import", status_code=303)
async def end(work: InWork, code: FromPath[str], data: Form) -> Redirect:
    """The site is no longer special."""
    await end_special(work, code, words_of(data, "why"))
    return Redirect(f"/desk/sites/{code}#evidence", status_code=303)


def _new(data: dict[str, Any]) -> NewEvidence:
    return NewEvidence(
        words_of(data, "criterion"),
        words_of(data, "document"),
        some_day(data, "dated", "文件日期"),
        words_of(data, "note"),
        some_day(data, "until", "有效至"),
    )


routes = [register, enter, withdraw, end]
