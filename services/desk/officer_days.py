"""What the bureau enters about an officer: leave, recusals and their end, training."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from services.usecases.end_span import end_span
from services.usecases.enter_span import enter_leave, enter_recusal
from services.usecases.log_training import log_training, withdraw_training
from services.web.depends import InWork
from services.web.errors import BadRequest

Form = URLEncodedBody[dict[str, Any]]


@post("/desk/officers/{certificate:str}/leaves", action="officer.keep", status_code=303)
async def leave(work: InWork, certificate: FromPath[str], data: Form) -> Redirect:
    """Leave from one day to another."""
    first, last = needed_day(data, "first"), needed_day(data, "last")
    await enter_leave(work, certificate, first, last, said(data, "reason"), said(data, "remark"))
    return _to(certificate, "leave")


@post("/desk/officers/{certificate:str}/recusals", action="officer.keep", status_code=303)
async def recusal(work: InWork, certificate: FromPath[str], data: Form) -> Redirect:
    """A recusal from one site."""
    last = needed_day(data, "last") if said(data, "last") else None
    await enter_recusal(
        work, certificate, said(data, "site"), last, said(data, "reason"), said(data, "remark")
    )
    return _to(certificate, "recusals")


@post("/desk/officers/{certificate:str}/spans/{span:uuid}/end", action="officer.keep", status_code=303)
async def end(work: InWork, certificate: FromPath[str], span: FromPath[UUID], data: Form) -> Redirect:
    """Ends a leave or recusal."""
    ended = await end_span(work, certificate, span, said(data, "why"))
    return _to(certificate, "leave" if ended.kind == "leave" else "recusals")


@post("/desk/officers/trainings", action="officer.keep", status_code=303)
async def train(work: InWork, data: Form) -> Redirect:
    """One training of one or several officers."""
    chosen = data.get("certificates", [])
    names = [chosen] if isinstance(chosen, str) else [str(name) for name in chosen]
    day = needed_day(data, "day")
    await log_training(
        work,
        names,
        day,
        said(data, "topic"),
        minutes_of(said(data, "hours")),
        organiser=said(data, "organiser"),
        document=said(data, "document"),
    )
    return Redirect(f"/desk/officers/trainings?year={day.year}", status_code=303)


@post("/desk/officers/trainings/{training:uuid}/withdraw", action="officer.keep", status_code=303)
async def untrain(work: InWork, training: FromPath[UUID], data: Form) -> Redirect:
    """Withdraws a row of the log."""
    row = await withdraw_training(work, training, said(data, "why"))
    return Redirect(f"/desk/officers/trainings?year={row.day.year}", status_code=303)


def said(data: dict[str, Any], name: str) -> str:
    """A field as text, without blanks around."""
    return str(data.get(name, "")).strip()


def needed_day(data: dict[str, Any], name: str) -> date:
    """A day of a form. Raises BadRequest."""
    text = said(data, name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(text[:20], wanted=f"{name}: 2026-06-03") from None


def minutes_of(hours: str) -> int:
    """Minutes of a length given in hours such as "1.5"; 0 for what is no number, which no training has."""
    try:
        found = Decimal(hours) * 60
    except InvalidOperation:
        return 0
    return int(found) if found.is_finite() and abs(found) < 10**6 else 0


def _to(certificate: str, part: str) -> Redirect:
    return Redirect(f"/desk/officers/{certificate}#{part}", status_code=303)


routes = [leave, recusal, end, train, untrain]
