"""The roster's named keeper at the desk: handed over, confirmed, taken back."""

from litestar import post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from services.desk.forms import words_of
from services.usecases.handover import hand_over, take_over, withdraw_handover
from services.web.depends import InWork

Form = URLEncodedBody[dict[str, str]]
KEEPER = "/desk/organisation/keeper"
BACK = "/desk/organisation#keeper"


@post(KEEPER, action="roster.hand", status_code=303)
async def give(work: InWork, data: Form) -> Redirect:
    """Hands the roster over as it stands; the other person confirms."""
    await hand_over(work, words_of(data, "taker"), words_of(data, "note"))
    return Redirect(BACK, status_code=303)


@post(f"{KEEPER}/{{n:int}}/take", action="roster.take", status_code=303)
async def take(work: InWork, n: FromPath[int]) -> Redirect:
    """Confirms as the taker."""
    await take_over(work, n)
    return Redirect(BACK, status_code=303)


@post(f"{KEEPER}/{{n:int}}/withdraw", action="roster.hand", status_code=303)
async def withdraw(work: InWork, n: FromPath[int]) -> Redirect:
    """Takes back or declines one that waits."""
    await withdraw_handover(work, n)
    return Redirect(BACK, status_code=303)


routes = [give, take, withdraw]
