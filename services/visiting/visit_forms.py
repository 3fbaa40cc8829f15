"""What an officer hands in at the end of a visit, and how it is read from JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import inf
from typing import Any

from policies.visiting.visit_errors import RecordRefused
from policies.visiting.visits import Fix

METHODS = {
    "onsite": "实地",
    "written": "书面",
    "test": "检验检测",
    "network": "网络监测",
    "entrusted": "委托专业机构",
}
_EXAMPLE = "2026-01-06T09:00:00+08:00"


@dataclass(frozen=True, slots=True)
class Order:
    """责令改正: what has to be done about one fault, and by when. Basis: 西环〔2024〕3号 二（二）."""

    item: str
    measures: str
    due: date


@dataclass(frozen=True, slots=True)
class VisitForm:
    """A record as filled in on site; nothing has a default answer.

    Attributes:
        started_at, ended_at: aware; arrival and departure.
        present: certificates of the officers on site, of both bureaus at a joint visit.
        answers: item of the checklist → (answer, words).
        result: key of `policies.visiting.visits.RESULTS`.
        narrative: what was seen.
        orders: one for every fault.
        fix: position of the device at the site (WGS84 degrees); `place_reason` says why there is none, or
            why it lies outside the fence.
        attachments: SHA-256 (hex) of photos, samples, signatures.
        version: of the form it was filled in on, "" when the sender does not say.
    """

    started_at: datetime
    ended_at: datetime
    present: tuple[str, ...]
    answers: Mapping[str, tuple[str, str]]
    result: str
    narrative: str
    orders: tuple[Order, ...] = ()
    fix: Fix | None = None
    place_reason: str = ""
    method: str = "onsite"
    attachments: tuple[str, ...] = ()
    version: str = ""


def read_form(data: Mapping[str, Any]) -> VisitForm:
    """A form from JSON: moments RFC 3339 with offset, days ISO, `answers` item → {answer, words}.

    Raises:
        RecordRefused: a member is missing or has another shape; the message names it.
    """
    try:
        return VisitForm(
            started_at=moment_of(data["started_at"], "started_at"),
            ended_at=moment_of(data["ended_at"], "ended_at"),
            present=tuple(str(c) for c in data["present"]),
            answers={str(i): (str(a["answer"]), str(a.get("words", ""))) for i, a in data["answers"].items()},
            result=str(data["result"]),
            narrative=str(data["narrative"]),
            orders=tuple(_order(o) for o in data.get("orders", ())),
            fix=_fix(data.get("fix")),
            place_reason=str(data.get("place_reason", "")),
            method=str(data.get("method", "onsite")),
            attachments=tuple(str(a) for a in data.get("attachments", ())),
            version=str(data.get("form_version", "")),
        )
    except KeyError as error:
        raise RecordRefused("没有此项", need=f"有 {error.args[0]}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise RecordRefused(str(error)[:120], need="符合检查记录格式的 JSON") from None


def moment_of(text: object, name: str) -> datetime:
    """A moment with its offset, RFC 3339. Raises RecordRefused, naming the member."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise _refused(text, f"{name} 为带时区的时间，如 {_EXAMPLE}") from None
    if moment.tzinfo is None:
        raise _refused(text, f"{name} 带有时区，如 {_EXAMPLE}")
    return moment


def _refused(got: object, need: str) -> RecordRefused:
    return RecordRefused("空" if got in (None, "") else str(got)[:60], need=need)


def _order(data: Mapping[str, Any]) -> Order:
    return Order(str(data["item"]), str(data["measures"]), date.fromisoformat(data["due"]))


def _fix(data: Mapping[str, Any] | None) -> Fix | None:
    if data is None or all(data.get(name) in (None, "") for name in ("lon", "lat", "at")):
        return None  # the blank as it was handed out: no position
    lon, lat, accuracy = (_number(data.get(name), f"fix.{name}") for name in ("lon", "lat", "accuracy"))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90 and 0 <= accuracy < inf):
        raise ValueError(f"{lon}, {lat}, {accuracy}")
    return Fix(lon, lat, accuracy, moment_of(data.get("at"), "fix.at"))


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise _refused(value, f"{name} 为数字；没有定位的，fix 整项留空或写 null") from None
