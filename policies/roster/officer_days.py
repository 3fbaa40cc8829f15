"""Leave, recusals, training and certificates of an officer: what may be entered, and what it means for draws.

The reasons are our own list. No text of the bureaus in this repository prescribes one; a recusal is never
decided by the machine, it is declared by the officer or entered by the bureau, and ended by a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policies.errors import Language
from policies.roster.codes import compact
from policies.roster.day_errors import BadSpan, BadTraining, LeaveOverlaps, NoOneSite, RecusalStands
from policies.terms import Officer, Period

LEAVE_REASONS: dict[str, dict[Language, str]] = {
    "annual": {"zh": "年休假", "en": "annual leave"},
    "sick": {"zh": "病假", "en": "sick leave"},
    "study": {"zh": "培训学习", "en": "training"},
    "seconded": {"zh": "借调、外派", "en": "seconded"},
    "other": {"zh": "其他", "en": "other"},
}
RECUSAL_REASONS: dict[str, dict[Language, str]] = {
    "family": {"zh": "近亲属在该单位任职或持股", "en": "a close relative works there or holds shares"},
    "interest": {"zh": "与该单位有直接利害关系", "en": "a direct interest in it"},
    "former": {"zh": "曾在该单位任职", "en": "worked there before"},
    "other": {"zh": "其他可能影响公正的关系", "en": "another tie that may affect fairness"},
}
LONGEST_LEAVE = 366  # days; a longer absence is a change of post, entered with the roster
LONGEST_REMARK = 200
MOST_MINUTES = 60 * 500


@dataclass(frozen=True, slots=True)
class Validity:
    """A certificate as of a day.

    Attributes:
        left: days to its last day, negative when that has passed.
        matters: the first quarter from now on whose draw passes over the officer, because the certificate
            does not last to that quarter's end (see `policies.rd1.urn.officer_cap`).
        level: "expired"; "now": the present quarter's draw; "soon": that of the next one or 90 days; "".
    """

    left: int
    matters: Period
    level: str


def validity(officer: Officer, on: date, *, soon: int = 90) -> Validity:
    """How long the certificate still serves. `soon`: days of the warning, our own number."""
    present = period_on(on)
    end = max(officer.valid_until, on)
    matters = period_on(end)
    if officer.valid_until >= matters.last:
        matters = following(matters)
    left = (officer.valid_until - on).days
    if left < 0:
        return Validity(left, present, "expired")
    if matters == present:
        return Validity(left, matters, "now")
    near = left <= soon or matters == following(present)
    return Validity(left, matters, "soon" if near else "")


def period_on(day: date) -> Period:
    """The quarter of a day."""
    return Period(day.year, (day.month + 2) // 3)


def following(period: Period) -> Period:
    """The quarter after."""
    return Period(period.year + 1, 1) if period.quarter == 4 else Period(period.year, period.quarter + 1)


def check_leave(officer: Officer, first: date, last: date, reason: str, remark: str) -> None:
    """Raises BadSpan, LeaveOverlaps."""
    _check_reason(reason, LEAVE_REASONS, remark)
    if not 0 <= (last - first).days < LONGEST_LEAVE:
        need = {"zh": "止日不早于起日，最长一年", "en": "an end not before the beginning, a year at most"}
        raise BadSpan(f"{first} — {last}", need=need)
    for begun, ended in officer.leave:
        if begun <= last and first <= ended:
            raise LeaveOverlaps(f"{first} — {last}", first=begun, last=ended)


def check_recusal(
    officer: Officer, site: str, first: date, last: date | None, reason: str, remark: str
) -> None:
    """Raises BadSpan, RecusalStands."""
    _check_reason(reason, RECUSAL_REASONS, remark)
    if last is not None and last < first:
        need = {"zh": "复核日不早于起日", "en": "a day of review not before the beginning"}
        raise BadSpan(f"{first} — {last}", need=need)
    if site in officer.recusals:
        raise RecusalStands(site)


def check_training(
    day: date, topic: str, organiser: str, minutes: int, document: str, *, today: date
) -> None:
    """Raises BadTraining."""
    if day > today:
        raise BadTraining(day, need={"zh": "今天或以前的日期", "en": "today or a day before"})
    if not 0 < len(topic) <= LONGEST_REMARK:
        raise BadTraining(
            topic[:40], need={"zh": "培训主题，最多 200 字", "en": "a topic, 200 letters at most"}
        )
    if not 0 < minutes <= MOST_MINUTES:
        raise BadTraining(
            minutes, need={"zh": "大于 0、不超过 500 的学时", "en": "more than 0, at most 500 hours"}
        )
    for words in (organiser, document):
        if len(words) > LONGEST_REMARK:
            raise BadTraining(words[:40], need={"zh": "最多 200 字", "en": "200 letters at most"})


def the_site(found: Sequence[tuple[str, str]], said: str) -> str:
    """The code of the one site that was meant. Raises NoOneSite.

    Args:
        found: (code, name) of listed sites whose code, credit code or whole name was said.
        said: the words, for the refusal.
    """
    exact = [code for code, _ in found if code == compact(said)]
    codes = exact or [code for code, _ in found]
    if len(codes) != 1:
        raise NoOneSite(said[:60])
    return codes[0]


def _check_reason(reason: str, known: dict[str, dict[Language, str]], remark: str) -> None:
    if reason not in known:
        need = {tongue: " / ".join(words[tongue] for words in known.values()) for tongue in ("zh", "en")}
        raise BadSpan(reason[:40], need=need)
    if len(remark) > LONGEST_REMARK:
        raise BadSpan(remark[:40], need={"zh": "说明最多 200 字", "en": "a remark of at most 200 letters"})
    if reason == "other" and not remark:
        raise BadSpan("", need={"zh": "理由为“其他”时写明说明", "en": "a remark where the reason is another"})
