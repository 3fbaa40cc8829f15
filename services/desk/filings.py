"""The receipt of a filing, noted on the page of the plan or draw that was filed."""

import re

from litestar import post
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from services.usecases.note_receipt import acknowledge_filing, note_receipt
from services.web.depends import InWork
from services.web.errors import BadRequest

Form = URLEncodedBody[dict[str, str]]
_PLAN = re.compile(r"plan/([0-9]{4})/[0-9]{1,5}")
_DRAW = re.compile(r"draw/([0-9]{1,9})")


@post("/desk/filings/receipt", action="filing.receipt", status_code=303)
async def receipt(work: InWork, data: Form) -> Redirect:
    """Notes what a recipient answered, and leads back."""
    about = data.get("about", "")
    back = _back(about)
    await note_receipt(work, about, data.get("recipient", ""), data.get("receipt", ""))
    return Redirect(f"{back}#filings", status_code=303)


@post("/desk/filings/acknowledgement", action="filing.acknowledge", status_code=303)
async def acknowledge(work: InWork, data: Form) -> Redirect:
    """The recipient itself says that it has the filing, and stays where it read it."""
    about = data.get("about", "")
    back = _back(about)
    await acknowledge_filing(work, about, data.get("recipient", ""))
    return Redirect(f"{back}#filings", status_code=303)


def _back(about: str) -> str:
    """The page of the plan or draw."""
    if plan := _PLAN.fullmatch(about):
        return f"/desk/plan?year={plan[1]}"
    if draw := _DRAW.fullmatch(about):
        return f"/desk/draws/{draw[1]}"
    raise BadRequest(about[:40], wanted="about: plan/2026/1, draw/3")


routes = [receipt, acknowledge]
