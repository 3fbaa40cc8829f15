"""What goes into an official document, kind by kind: from what the pages show to the data of its template."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from policies.audits import KINDS as FINDING_KINDS
from policies.audits import VERDICTS
from services.clock import CHINA
from services.ruling.filings import Filing
from services.usecases.confirm_minutes import Minutes
from services.usecases.show_audit import AuditFile
from services.views.plans import PlanFace
from tenants.rows import PlanRow

Data = dict[str, Any]
_WAITING = ("witness", "drawer")


def marks(*, simulated: bool, draft: bool = False) -> list[str]:
    """What a document says of itself at its head."""
    return ["simulated"] * simulated + ["draft"] * draft


def results_paper(issuer: str, period: str, bodies: Sequence[Mapping[str, Any]], day: str) -> Data:
    """抽查结果公告 of results as published or about to be. `day`: ISO."""
    simulated = any(body["simulated"] for body in bodies)
    basis = dict.fromkeys(one for body in bodies for one in body.get("basis", ()))
    return {
        "issuer": issuer,
        "year_of": day[:4],
        "period": period,
        "day": day,
        "marks": marks(simulated=simulated),
        "rows": [_result(body) for body in bodies],
        "basis": list(basis),
    }


def _result(body: Mapping[str, Any]) -> Data:
    found = [f"{one['item']}：{one['text']}" for one in body.get("findings", ())]
    told = [*found, str(body.get("measures", ""))]
    return {
        "name": str(body["site_name"]),
        "code": str(body.get("credit_code") or body["site_code"]),
        "day": str(body["visited_on"]),
        "result": str(body["result_words"]),
        "found": [one for one in told if one],
    }


def draw_paper(issuer: str, title: str, body: Mapping[str, Any], day: str) -> Data:
    """抽取公告 of one draw."""
    kept = ("period", "kind", "drawn", "officers", "strata", "reveal_by", "drawn_at")
    return {
        "issuer": issuer,
        "year_of": day[:4],
        "title": title,
        "day": day,
        "marks": marks(simulated=bool(body["simulated"])),
        "frozen_at": body.get("frozen_at", ""),
        "digits": body.get("digits", ""),
        "manifest": body.get("manifest"),
        "root": body.get("root"),
        "basis": list(body.get("basis", ())),
        **{name: body[name] for name in kept},
    }


def plan_paper(
    issuer: str,
    row: PlanRow,
    plans: Sequence[PlanFace],
    names: Mapping[str, str],
    filings: Iterable[Filing],
    *,
    simulated: bool,
) -> Data:
    """年度计划, approved or as a draft."""
    done, filed = row.state == "approved", tuple(filings)
    day = row.approved_at.astimezone(CHINA).date().isoformat() if row.approved_at else ""
    return {
        "issuer": issuer,
        "year_of": day[:4],
        "version": 0 if done else row.version,
        "year": row.year,
        "day": day,
        "marks": marks(simulated=simulated, draft=not done),
        "total": sum(plan.total for plan in plans),
        "staff": plans[0].staff if plans else 0,
        "plans": [_plan(plan, names) for plan in plans],
        "rules": [one for plan in plans for one in _rules(plan, names, several=len(plans) > 1)],
        "notes": list(dict.fromkeys(str(one["zh"]) for plan in plans for one in plan.warnings)),
        "copies": [one.name for one in filed],
        "fingerprint": filed[0].fingerprint if filed else "",
    }


def _plan(plan: PlanFace, names: Mapping[str, str]) -> Data:
    return {
        "name": [one for one in (names.get(plan.subject, plan.subject), plan.item) if one],
        "rows": [
            {
                "stratum": row.stratum,
                "size": row.size,
                "cells": [str(cell.number) if cell else "—" for cell in row.cells],
                "total": row.total,
            }
            for row in plan.rows
        ],
        "quarters": list(plan.quarters),
        "total": plan.total,
    }


def _rules(plan: PlanFace, names: Mapping[str, str], *, several: bool) -> list[Data]:
    where = [names.get(plan.subject, plan.subject), plan.item] if several else []
    return [
        {
            "name": [one for one in where if one],
            "stratum": row.stratum,
            "rule": row.rule,
            "basis": " ".join(one for one in (row.basis["text"], row.basis.get("clause", "")) if one),
            "mark": row.basis["mark"],
            "sentence": row.basis.get("sentence", ""),
            "own": row.origin == "choice",
        }
        for row in plan.rows
    ]


def filing_paper(issuer: str, one: Filing, *, simulated: bool) -> Data:
    """备案函 to one recipient."""
    what, _, which = one.about.partition("/")
    year, _, version = which.partition("/")
    at = one.at.astimezone(CHINA)
    return {
        "issuer": issuer,
        "year_of": str(at.year),
        "to": one.name,
        "day": at.date().isoformat(),
        "marks": marks(simulated=simulated),
        "basis": one.basis,
        "mark": one.mark,
        "about": {"what": what, "year": year, "version": version, "draw_no": which},
        "visits": one.visits,
        "at": f"{at:%Y-%m-%d %H:%M}",
        "fingerprint": one.fingerprint,
        "receipt": one.receipt,
    }


def minutes_paper(issuer: str, minutes: Minutes, *, simulated: bool) -> Data:
    """抽取纪要 as both parts confirm it."""
    b = minutes.body
    said = [(role, minutes.said(role)) for role in _WAITING]
    return {
        "issuer": issuer,
        "period": b["period"],
        "marks": marks(simulated=simulated),
        "draw_no": b["draw_no"],
        "kind": b["kind"],
        "frozen_at": b["frozen_at"],
        "beacon_at": b["beacon_at"],
        "drawn_at": b["drawn_at"],
        "late": b.get("late") == "yes",
        "drawn": b.get("drawn"),
        "officers": b.get("officers"),
        "m": b["m"],
        "r": b["r"],
        "z": b["z"],
        "h": minutes.h,
        "commits": [{"role": one["role"], "c": one["c"]} for one in b["commits"]],
        "said": [
            {
                "role": role,
                "name": (word.name or "") if word else "",
                "at": f"{word.at.astimezone(CHINA):%Y-%m-%d %H:%M}" if word else "",
                "h": word.h if word else "",
            }
            for role, word in said
        ],
    }


def letter_paper(file: AuditFile, names: Mapping[str, str], *, simulated: bool) -> Data:
    """稽查通报 to a district, sent or as a draft."""
    case = file.case
    sent = case.sent_at.astimezone(CHINA).date().isoformat() if case.sent_at else ""
    return {
        "issuer": names.get(case.bureau, case.bureau),
        "year_of": sent[:4],
        "number": case.number,
        "to": names.get(case.district, case.district),
        "period": case.period,
        "day": sent,
        "marks": marks(simulated=simulated, draft=not sent),
        "words": (case.letter or "").splitlines(),
        "records": case.records,
        "size": case.size or 0,
        "verdicts": [[one["zh"], file.verdicts.get(key, 0)] for key, one in VERDICTS.items()],
        "findings": [
            {"n": one.n, "kind": FINDING_KINDS[one.kind]["zh"], "text": one.text, "check": one.check_k}
            for one in file.standing
        ],
        "answer_by": str(case.answer_by or ""),
        "digest": file.digest,
    }
