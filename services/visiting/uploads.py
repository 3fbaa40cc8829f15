"""Records as lines of a results file, taken from the sealed record, never from a row that may change."""

from collections.abc import Mapping, Sequence
from typing import Any

from policies.rulebook.rules import Rules
from policies.visiting.visits import RESULTS
from services.clock import CHINA
from services.connectors.base import Line
from services.visiting.records import certificates, item_words
from services.visiting.visit_errors import ResultWithoutCode
from tenants.records import Visit


def result_code(rules: Rules, result: str) -> str:
    """The bureau's code for a result, found by its words. Raises ResultWithoutCode."""
    words = RESULTS[result][0]
    for code, name in rules.pairs("results.codes").items():
        if name == words:
            return code
    raise ResultWithoutCode(result, result=words)


def result_lines(
    visits: Sequence[Visit], rules: Rules, names: Mapping[str, str], manifests: Mapping[int, str]
) -> list[Line]:
    """One line a visit.

    Args:
        visits: accepted records, in the order wanted.
        rules: of the bureau; its codes and labels.
        names: bureau code → name.
        manifests: draw_no → hex M.
    """
    return [_line(n, visit, rules, names, manifests) for n, visit in enumerate(visits, 1)]


def _line(n: int, visit: Visit, rules: Rules, names: Mapping[str, str], manifests: Mapping[int, str]) -> Line:
    record, site = visit.form, visit.form["site"]
    classes, methods = rules.pairs("class.names"), rules.pairs("results.methods")
    others = [p["bureau"] for p in record["places"] if p["bureau"] != visit.bureau]
    return {
        "n": n,
        "bureau": visit.bureau,
        "bureau_name": names.get(visit.bureau, visit.bureau),
        "period": record["period"],
        "item": rules.pairs("draw.items").get(record["item"], record["item"]),
        "draw_no": visit.draw_no,
        "manifest": manifests.get(visit.draw_no or 0, ""),
        "site_name": site["name"],
        "credit_code": site.get("credit_code", ""),
        "site_code": visit.site_code,
        "site_class": classes.get(record["stratum"], record["stratum"]),
        "site_address": site.get("site_address") or site.get("address", ""),
        "industry": site.get("industry", ""),
        "visit_type": visit.visit_type,
        "method": methods.get(record["method"], record["method"]),
        "started_at": _minute(visit.started_at),
        "ended_at": _minute(visit.ended_at),
        "officers": "、".join(str(one["name"]) for one in visit.officers),
        "certificates": "、".join(certificates(visit.officers)),
        "joint": "、".join(names.get(code, code) for code in others),
        "result_code": result_code(rules, visit.result_code),
        "result": RESULTS[visit.result_code][0],
        "narrative": visit.narrative,
        **_findings(record),
        "record_sha256": visit.record_sha256,
        "upload_due": visit.upload_due.isoformat() if visit.upload_due else "",
    }


def _findings(record: Mapping[str, Any]) -> dict[str, str]:
    """Several findings in one cell each, numbered."""
    findings = record["findings"]

    def column(name: str) -> str:
        return "；".join(dict.fromkeys(str(one[name]) for one in findings))

    def numbered(pieces: Sequence[str]) -> str:
        return "\n".join(f"{n}. {piece}" for n, piece in enumerate(pieces, 1))

    texts = [f"{item_words(record, one['item'])}：{one['text']}" for one in findings]
    return {
        "findings": numbered(texts),
        "measures": numbered([str(one["measures"]) for one in findings]),
        "order_no": column("order_no"),
        "order_due": column("order_due"),
    }


def _minute(moment: Any) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
