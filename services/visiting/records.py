"""From a form to the sealed record: one JSON value, its hash, and the rows each bureau keeps of it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from policies.rulebook.labels import Labels
from policies.terms import Officer
from policies.visiting.checklist import GROUPS, ITEMS, Answers, Checklist, complete
from policies.visiting.form_schema import form_version
from policies.visiting.visit_errors import FormChanged, RecordRefused
from policies.visiting.visits import Fix, check_place, check_result, check_span, seal_hash
from services.clock import CHINA
from services.geo import to_wgs84
from services.visiting.visit_forms import METHODS, Order, VisitForm
from tenants.records import Finding, Visit, VisitType

FORMAT = "visit-1"
SHA256 = re.compile(r"[0-9a-f]{64}")
_MARK = 8  # hex digits of the record's hash in the number of its order
_EARLY = timedelta(minutes=30)  # a device fixes its place while the car is parked


@dataclass(frozen=True, slots=True)
class Place:
    """Whose visit it is. `draw_no` and `slot` are None for visits that no draw chose."""

    bureau: str
    subject: str
    draw_no: int | None = None
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record says beside the form.

    Attributes:
        places: own bureau first, then the other side of a joint visit.
        site: fields of the site that may stand in a record. point: (lon, lat, datum).
        officers: (bureau, officer, leads) of everyone present.
        basis: legal bases printed on the form.
        checklist: what the bureau asks. least: fewest officers on site.
        labels: what the bureau calls itself and its officers.
        files: what is said of each attachment, as kept when it arrived.
        former: the record that this one takes the place of, None for a first one.
        approval: who let a visit be made that no draw chose, None for a drawn one.
    """

    places: tuple[Place, ...]
    visit_type: VisitType
    site: Mapping[str, Any]
    point: tuple[float, float, str]
    stratum: str
    item: str
    period: str
    officers: tuple[tuple[str, Officer, bool], ...]
    form_name: str
    basis: tuple[str, ...]
    checklist: Checklist
    least: int
    labels: Labels
    recorded_by: str
    simulated: bool
    files: tuple[Mapping[str, Any], ...] = ()
    former: Visit | None = None
    approval: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record with its hash; the moment of recording stays outside, so that sending it twice is harmless."""

    body: dict[str, Any]
    sha256: str
    findings: tuple[dict[str, Any], ...]


def make_record(form: VisitForm, facts: Facts, now: datetime) -> Sealed:
    """Check the form and seal it.

    Raises:
        ChecklistIncomplete, RecordRefused: named by the rule that is broken.
    """
    version = form_version(facts.form_name, facts.least, facts.checklist)
    if form.version not in ("", version):
        raise FormChanged(form.version, version=version)
    answers = complete(form.answers, facts.checklist)
    check_result(form.result, answers, form.narrative)
    check_span(form.started_at, form.ended_at, now)
    if form.method not in METHODS:
        raise RecordRefused(form.method, need=f"检查方式为其中之一：{'、'.join(METHODS)}")
    if odd := [a for a in form.attachments if not SHA256.fullmatch(a)]:
        raise RecordRefused("、".join(odd)[:80], need="附件以 SHA-256（64 位十六进制）列出")
    position = _position(form, facts)
    plain = _body(form, facts, answers) | {"form_version": version, "position": position}
    findings = _findings(form, answers, _order_number(facts, form.started_at, seal_hash(plain)))
    body = plain | {"findings": list(findings)}
    return Sealed(body, seal_hash(body), findings)


def check_present(present: Collection[str], known: Collection[str], recorder: str, need: str) -> None:
    """Refuse a record that names people it cannot stand for, or that a person writes who was not there.

    Args:
        present: certificates as sent.
        known: certificates that may be named; `need` says which those are.
        recorder: certificate of who sends the record.

    Raises:
        RecordRefused: either of the two.
    """
    if strangers := sorted(set(present) - set(known)):
        raise RecordRefused("、".join(strangers)[:80], need=need)
    if recorder not in present:
        raise RecordRefused(recorder, need="提交记录的人员本人到场")


def visit_row(
    sealed: Sealed,
    form: VisitForm,
    facts: Facts,
    place: Place,
    at: tuple[UUID, datetime],
    due: tuple[date, date],
) -> Visit:
    """The row one bureau keeps; `at` = (id, moment of recording), `due` = (upload, publication)."""
    return Visit(
        bureau=place.bureau,
        id=at[0],
        draw_no=place.draw_no,
        slot=place.slot,
        site_code=str(facts.site["code"]),
        visit_type=facts.visit_type,
        subject=place.subject,
        started_at=form.started_at,
        ended_at=form.ended_at,
        officers=sealed.body["officers"],
        form=sealed.body,
        result_code=form.result,
        narrative=form.narrative,
        record_sha256=sealed.sha256,
        recorded_by=facts.recorded_by,
        recorded_at=at[1],
        upload_due=due[0],
        publish_due=due[1],
    )


def finding_rows(sealed: Sealed, bureau: str, visit_id: UUID, form: VisitForm) -> tuple[Finding, ...]:
    """The findings as rows; corrected on the spot where the result says so."""
    corrected = form.ended_at if form.result == "corrected" else None
    return tuple(
        Finding(
            bureau,
            visit_id,
            one["n"],
            one["item"],
            one["text"],
            one["order_no"],
            date.fromisoformat(one["order_due"]),
            corrected,
        )
        for one in sealed.findings
    )


def _findings(form: VisitForm, answers: Answers, number: str) -> tuple[dict[str, Any], ...]:
    orders = {order.item: order for order in form.orders}
    faults = dict(answers.faults)
    if orders.keys() != faults.keys() or len(orders) != len(form.orders):
        got = "、".join(sorted(orders.keys() ^ faults.keys())) or "重复"
        raise RecordRefused(got, need="每个问题项各有一条责令改正要求")
    return tuple(
        _finding(n, item, words, orders[item], number, form)
        for n, (item, words) in enumerate(answers.faults, 1)
    )


def _finding(n: int, item: str, words: str, order: Order, number: str, form: VisitForm) -> dict[str, Any]:
    if not order.measures.strip() or order.due < _local_day(form.ended_at):
        raise RecordRefused(f"{item} {order.due}", need="责令改正写明要求，期限不早于检查当日")
    return {
        "n": n,
        "item": item,
        "text": words,
        "order_no": number,
        "measures": order.measures.strip(),
        "order_due": order.due.isoformat(),
    }


def _order_number(facts: Facts, started: datetime, seal: str) -> str:
    """One order a visit: its place in the draw, or its time, and a mark of what was recorded.

    The mark keeps apart two visits of one minute, and an order from that of the returned record before it;
    a count would need a lock and leave gaps.
    """
    own = facts.places[0]
    tail = f"{own.draw_no}-{own.slot}" if own.draw_no is not None else f"{started.astimezone(CHINA):%m%d%H%M}"
    mark = "模拟" if facts.simulated else ""
    return f"{mark}责改〔{started.astimezone(CHINA).year}〕{own.bureau}-{tail}-{seal[:_MARK]}号"


def _position(form: VisitForm, facts: Facts) -> dict[str, Any] | None:
    lon, lat = to_wgs84(*facts.point)
    metres, inside = check_place(form.fix, lon, lat, form.place_reason)
    reason = form.place_reason.strip()
    if form.fix is None:
        return position_of(None, metres, inside=inside, reason=reason)
    if not form.started_at - _EARLY <= form.fix.at <= form.ended_at:
        raise RecordRefused(form.fix.at.isoformat(), need="定位时间在检查期间")
    return position_of(form.fix, metres, inside=inside, reason=reason)


def position_of(fix: Fix | None, metres: int | None, *, inside: bool, reason: str) -> dict[str, Any]:
    """A device's position as it is kept; only the reason where there is none."""
    if fix is None:
        return {"reason": reason}
    return {
        # decimal text: a record is hashed, and floats print differently in other languages
        "lon": f"{fix.lon:.6f}",
        "lat": f"{fix.lat:.6f}",
        "accuracy_m": round(fix.accuracy),
        "at": fix.at.isoformat(timespec="seconds"),
        "distance_m": metres,
        "inside": inside,
        "reason": reason,
    }


def _body(form: VisitForm, facts: Facts, answers: Answers) -> dict[str, Any]:
    places = [{"bureau": p.bureau, "draw_no": p.draw_no, "slot": p.slot} for p in facts.places]
    return {
        "format": FORMAT,
        "form": facts.form_name,
        "basis": list(facts.basis),
        "unit": {"bureau": facts.labels.bureau, "brigade": facts.labels.brigade},
        "simulated": facts.simulated,
        "visit_type": facts.visit_type,
        "subject": facts.places[0].subject,
        "places": places,
        "item": facts.item,
        "period": facts.period,
        "stratum": facts.stratum,
        "site": dict(facts.site),
        "officers": [_present(*one) for one in facts.officers],
        "started_at": form.started_at.isoformat(timespec="seconds"),
        "ended_at": form.ended_at.isoformat(timespec="seconds"),
        "method": form.method,
        "answers": answers.as_list(),
        "result": form.result,
        "narrative": form.narrative.strip(),
        "attachments": list(form.attachments),
        **({"files": [dict(one) for one in facts.files]} if facts.files else {}),
        "recorded_by": facts.recorded_by,
        **({"approval": dict(facts.approval)} if facts.approval else {}),
        **(_replacing(facts.former) if facts.former else {}),
    }


def _replacing(former: Visit) -> dict[str, Any]:
    """What a new version says of the one before: which, and why there is another."""
    return {
        "version": version_of(former.form) + 1,
        "replaces": former.record_sha256,
        "reason": former.review_note or "",
    }


def version_of(record: Mapping[str, Any]) -> int:
    """1 for a first record, 2 for the one handed in after it was returned, and so on."""
    return int(record.get("version", 1))


def carried(rows: Sequence[Finding], former: Sequence[Finding]) -> tuple[Finding, ...]:
    """New problems with what was noted of the same items before: day of correction, number of the case."""
    noted = {one.item: one for one in former}
    return tuple(
        replace(
            one,
            corrected_at=one.corrected_at or noted[one.item].corrected_at,
            penalty_ref=noted[one.item].penalty_ref,
        )
        if one.item in noted
        else one
        for one in rows
    )


def _present(bureau: str, officer: Officer, lead: bool) -> dict[str, Any]:
    return {"bureau": bureau, "certificate": officer.certificate, "name": officer.name, "lead": lead}


def item_words(record: Mapping[str, Any], item: str) -> str:
    """The question of an item as it was asked; records sealed without it fall back on the product's own."""
    asked = next((a.get("question") for a in record.get("answers", ()) if a["item"] == item), None)
    return str(asked or next((one.zh for one in ITEMS if one.id == item), item))


def group_words(answer: Mapping[str, Any]) -> str:
    """The group of an answer as it was called; records sealed without it fall back on the product's own."""
    known = next((one.group for one in ITEMS if one.id == answer["item"]), "")
    return str(answer.get("group") or GROUPS.get(known, (known,))[0])


def certificates(officers: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Certificates in a record's list of officers."""
    return tuple(str(one["certificate"]) for one in officers)


def _local_day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
