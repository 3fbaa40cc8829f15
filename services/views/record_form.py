"""From the fields of an HTML form to a `VisitForm`. Judging it is left to the use case."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from policies.visiting.visit_errors import RecordRefused
from policies.visiting.visits import Fix
from services.clock import CHINA
from services.visiting.visit_forms import Order, VisitForm

_ANSWER = "answer."  # which items there are is for the bureau's checklist to say


def form_of(data: Mapping[str, Any]) -> VisitForm:
    """The visit as typed.

    Args:
        data: fields `started_at`, `ended_at` (local, no zone), `present` (repeated), `answer.<item>`,
            `words.<item>`, `measures.<item>`, `due.<item>`, `result`, `narrative`, `place_reason`,
            `lon`, `lat`, `accuracy`.

    Raises:
        RecordRefused: a moment or number that cannot be read.
    """
    items = [name.removeprefix(_ANSWER) for name in data if name.startswith(_ANSWER) and text_of(data, name)]
    answers = {item: (text_of(data, f"{_ANSWER}{item}"), text_of(data, f"words.{item}")) for item in items}
    ended = _moment(data, "ended_at")
    return VisitForm(
        started_at=_moment(data, "started_at"),
        ended_at=ended,
        present=many_of(data, "present"),
        answers=answers,
        result=text_of(data, "result"),
        narrative=text_of(data, "narrative"),
        orders=tuple(_order(data, item) for item, (answer, _) in answers.items() if answer == "fault"),
        fix=fix_of(data, ended),
        place_reason=text_of(data, "place_reason"),
    )


def given_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields a sealed record was typed from: what was sent back is mended, not typed again.

    Args:
        record: body of the record, as `services.visiting.records` seals it.
    """
    place = record.get("position") or {}
    given: dict[str, Any] = {
        "started_at": _typed(record["started_at"]),
        "ended_at": _typed(record["ended_at"]),
        "present": [one["certificate"] for one in record["officers"]],
        "result": record["result"],
        "narrative": record["narrative"],
        "place_reason": place.get("reason", ""),
        "lon": place.get("lon", ""),
        "lat": place.get("lat", ""),
        "accuracy": place.get("accuracy_m", ""),
    }
    for one in record["answers"]:
        given |= {f"{_ANSWER}{one['item']}": one["answer"], f"words.{one['item']}": one["words"]}
    for one in record["findings"]:
        given |= {f"measures.{one['item']}": one["measures"], f"due.{one['item']}": one["order_due"]}
    return given


def _typed(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")


def text_of(data: Mapping[str, Any], name: str) -> str:
    """The first value of a field, without blanks around it; "" where it was not sent."""
    value = data.get(name, "")
    return (value[0] if isinstance(value, list) else str(value)).strip()


def many_of(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The values of a field that may come several times."""
    value = data.get(name, ())
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def _moment(data: Mapping[str, Any], name: str) -> datetime:
    text = text_of(data, name)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        raise RecordRefused(text[:40], need=f"{name}: 2026-01-05T09:30") from None


def _order(data: Mapping[str, Any], item: str) -> Order:
    text = text_of(data, f"due.{item}")
    try:
        return Order(item, text_of(data, f"measures.{item}"), date.fromisoformat(text))
    except ValueError:
        raise RecordRefused(text[:40], need=f"due.{item}: 2026-02-05") from None


def fix_of(data: Mapping[str, Any], at: datetime) -> Fix | None:
    """The position as typed, None when nothing was. Raises RecordRefused: numbers that cannot be read."""
    given = [text_of(data, name) for name in ("lon", "lat", "accuracy")]
    if not any(given):
        return None
    try:
        lon, lat, accuracy = map(float, given)
    except ValueError:
        raise RecordRefused(" ".join(given)[:60], need="lon, lat, accuracy") from None
    return Fix(lon, lat, accuracy, at)
