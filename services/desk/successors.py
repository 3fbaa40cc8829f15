"""Where a closed or moved site went on, said on its page."""

from datetime import date

from litestar import post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from policies.roster.ends import BadEnd
from services.usecases.site_successor import End, link_successor
from services.web.depends import InWork

Form = URLEncodedBody[dict[str, str]]


@post("/desk/sites/{code:str}/successor", action="site.import", status_code=303)
async def link(work: InWork, code: FromPath[str], data: Form) -> Redirect:
    """Keeps the word; said again, the new one holds."""
    try:
        day = date.fromisoformat(data.get("day", ""))
    except ValueError:
        raise BadEnd(data.get("day", "")[:20], field="day", need="2026-02-05") from None
    end = End(data.get("to", ""), data.get("elsewhere", ""), day, data.get("document", ""))
    said = await link_successor(work, code, end)
    return Redirect(f"/desk/sites/{said.code}#successor", status_code=303)


routes = [link]
