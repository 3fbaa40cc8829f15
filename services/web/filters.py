"""How templates write dates, moments and long codes. Words stay in the templates."""

from datetime import date, datetime

from jinja2 import Environment

from policies.planning.platform import is_external, place_of
from services.clock import CHINA


def put(env: Environment) -> None:
    """Makes the filters known to the templates."""
    env.filters |= {"day": day, "moment": moment, "grouped": grouped, "percent": percent, "nth": nth}
    env.tests["external"] = is_external


def day(value: date | datetime | str | None) -> str:
    """2026-01-05, by China's calendar; "" for nothing."""
    return _aware(value)[:10]


def moment(value: date | datetime | str | None) -> str:
    """2026-01-05 09:00 in Chinese time; the day alone where only a day is known."""
    return _aware(value)[:16].replace("T", " ")


def grouped(text: str, size: int = 5) -> str:
    """Digits in groups, so that a person can read them aloud."""
    return " ".join(text[n : n + size] for n in range(0, len(text), size))


def percent(part: int, whole: int) -> str:
    """12.5%; "—" when there is nothing to divide by."""
    if not whole:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def nth(draw_no: int) -> str:
    """第 3 次; a draw of the platform says in its very name that it cannot be checked."""
    if is_external(draw_no):
        return f"省级平台第 {place_of(draw_no)} 次（不可验证）"
    return f"第 {draw_no} 次"


def _aware(value: date | datetime | str | None) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if len(value) == 10:
            return value
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    return value.isoformat()
