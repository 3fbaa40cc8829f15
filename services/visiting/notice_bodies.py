"""Bodies of notices, made from what was sealed, and cut by the allow-list before they are kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from policies.planning.platform import is_external
from policies.visiting.notice import PLAN_FIELDS, public_view
from policies.visiting.visits import RESULTS
from services.clock import CHINA
from services.usecases.ceremony import local
from services.visiting.records import item_words
from tenants.external_rows import PlatformList
from tenants.records import Visit
from tenants.rows import Draw, PlanRow


def result_body(visit: Visit, names: Mapping[str, str]) -> dict[str, Any]:
    """The public result of one visit: the site, what was found and ordered; officers as a number only.

    Basis: 西环〔2024〕3号 二（六）.
    """
    record, findings = visit.form, visit.form["findings"]
    others = [p["bureau"] for p in record["places"] if p["bureau"] != visit.bureau]
    row = {
        "site_code": visit.site_code,
        "site_name": record["site"]["name"],
        "credit_code": record["site"].get("credit_code", ""),
        "stratum": record["stratum"],
        "item": record["item"],
        "period": record["period"],
        "draw_bureau": visit.bureau,
        "draw_no": visit.draw_no,
        "visited_on": visit.started_at.astimezone(CHINA).date().isoformat(),
        "unit": _unit(visit, names),
        "joint": [names.get(code, code) for code in others],
        "team_size": len(visit.officers),
        "result": visit.result_code,
        "result_words": RESULTS[visit.result_code][0],
        "findings": [{"item": item_words(record, one["item"]), "text": one["text"]} for one in findings],
        "measures": "；".join(one["measures"] for one in findings),
        "order_due": max((one["order_due"] for one in findings), default=""),
        "record_sha256": visit.record_sha256,
        "basis": record["basis"],
        "simulated": record["simulated"],
    }
    return public_view("result", row | _proof(visit.draw_no))


def _unit(visit: Visit, names: Mapping[str, str]) -> str:
    """The bureau, and beside it the unit that went, as the record calls it."""
    name, brigade = names.get(visit.bureau, visit.bureau), visit.form.get("unit", {}).get("brigade", "")
    return f"{name}（{brigade}）" if brigade else name


def draw_body(
    draw: Draw, basis: tuple[str, ...], simulated: bool, waivers: Sequence[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """The public face of a draw that has its result: numbers and fingerprints, no list.

    Args:
        waivers: what of it was done under a waiver of the superior, see `services.drawing.waived.used_in`.
    """
    manifest, summary, evidence = draw.manifest or {}, draw.summary or {}, draw.beacon or {}
    row = {
        "bureau": draw.bureau,
        "subject": draw.subject,
        "item": draw.item,
        "kind": draw.kind,
        "period": draw.period,
        "draw_no": draw.draw_no,
        "strata": [{k: line[k] for k in ("id", "size", "least", "take")} for line in summary["strata"]],
        "drawn": summary["drawn"],
        "officers": summary["officers"],
        "manifest": draw.m,
        "beacon": draw.r,
        "root": draw.z,
        "beacon_kind": manifest["beacon"]["kind"],
        "digits": evidence.get("digits", ""),
        "frozen_at": local(draw.frozen_at) if draw.frozen_at else "",
        "drawn_at": local(draw.drawn_at) if draw.drawn_at else "",
        "reveal_by": str(draw.reveal_by),
        "basis": list(basis),
        "simulated": simulated,
    }
    return public_view("draw", row | ({"waivers": [dict(one) for one in waivers]} if waivers else {}))


def external_body(
    draw: Draw, source: PlatformList, basis: tuple[str, ...], simulated: bool
) -> dict[str, Any]:
    """The public face of a draw of the platform: numbers and its batch; nothing of it can be checked."""
    summary = draw.summary or {}
    row = {
        "bureau": draw.bureau,
        "subject": draw.subject,
        "item": draw.item,
        "kind": draw.kind,
        "period": draw.period,
        "draw_no": draw.draw_no,
        "strata": [{k: line[k] for k in ("id", "size", "least", "take")} for line in summary["strata"]],
        "drawn": summary["drawn"],
        "officers": summary["officers"],
        "drawn_at": local(draw.drawn_at) if draw.drawn_at else "",
        "reveal_by": str(draw.reveal_by),
        "batch": source.batch,
        "list_fingerprint": source.fingerprint,
        "basis": list(basis),
        "simulated": simulated,
    }
    return public_view("draw", row | _proof(draw.draw_no))


def _proof(draw_no: int | None) -> dict[str, bool]:
    """Said of what the platform drew; of our own draws the proof itself speaks."""
    return {"verifiable": False} if is_external(draw_no) else {}


def plan_body(plan: PlanRow, basis: tuple[str, ...], simulated: bool) -> dict[str, Any]:
    """The approved plan: counts, quotas and their citations; a city's has one part a district."""
    parts = [_plan(one) for one in plan.body.get("plans") or [plan.body]]
    row = parts[0] | {"plans": parts, "basis": list(basis), "simulated": simulated}
    return public_view("plan", row)


def _plan(body: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("bureau", "subject", "year", *PLAN_FIELDS)
    return {name: body[name] for name in kept if name in body}
