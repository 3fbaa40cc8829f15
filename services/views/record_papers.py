"""Official documents of one visit: its sealed record, and the order that follows from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from policies.planning.platform import is_external
from policies.visiting.files import KINDS
from policies.visiting.visits import RESULTS
from services.clock import CHINA
from services.usecases.arrive import VisitNotice
from services.usecases.review_visit import VisitFile
from services.views.papers import Data, marks
from services.visiting.records import group_words
from services.visiting.visit_forms import METHODS
from tenants.records import Visit


def records_paper(issuer: str, files: Sequence[VisitFile], lines: tuple[str, ...]) -> Data:
    """现场监察记录 as they were sealed, each on sheets of its own. `lines`: the mark of the copy."""
    return {"records": [_record(issuer, file, lines) for file in files]}


def orders_paper(issuer: str, files: Sequence[VisitFile]) -> Data:
    """责令改正决定书 of the problems of each record; they go to enterprises, so they bear no copy's mark."""
    return {"orders": [_order(issuer, file) for file in files]}


def _record(issuer: str, file: VisitFile, lines: tuple[str, ...]) -> Data:
    visit, record = file.visit, file.visit.form
    groups: dict[str, list[dict[str, str]]] = {}
    for one in record["answers"]:
        answer = {"question": one.get("question", one["item"]), "words": one["words"]}
        groups.setdefault(group_words(one), []).append(answer | {"answer": one["answer"]})
    return {
        "issuer": issuer,
        "form": record["form"],
        "marks": marks(simulated=record["simulated"]),
        "site": {name: str(value) for name, value in record["site"].items()},
        "started_at": _minute(visit.started_at),
        "ended_at": _minute(visit.ended_at),
        "method": METHODS.get(record["method"], record["method"]),
        "officers": [{"name": o["name"], "certificate": o["certificate"]} for o in record["officers"]],
        "position": dict(record.get("position") or {}),
        "period": record["period"],
        "source": _source(visit.draw_no),
        "groups": [[name, rows] for name, rows in groups.items()],
        "narrative": record["narrative"],
        "result": RESULTS[visit.result_code][0],
        "version": _version(record),
        "findings": _findings(record),
        "files": [_file(n, one) for n, one in enumerate(record.get("files", ()), 1)],
        "sha256": visit.record_sha256,
        "lines": list(lines),
    }


def archive_paper(issuer: str, period: str, visits: Sequence[Visit], lines: tuple[str, ...]) -> Data:
    """检查记录存档索引 of a quarter. `lines`: the mark of the copy."""
    return {
        "issuer": issuer,
        "period": period,
        "marks": marks(simulated=any(visit.form["simulated"] for visit in visits)),
        "rows": [_archived(visit) for visit in visits],
        "lines": list(lines),
    }


def _archived(visit: Visit) -> Data:
    orders = [one["order_no"] for one in visit.form["findings"]]
    return {
        "site": str(visit.form["site"]["name"]),
        "at": _minute(visit.started_at),
        "result": RESULTS[visit.result_code][0],
        "state": visit.state,
        "sha256": visit.record_sha256,
        "files": len(visit.form["attachments"]),
        "order": orders[0] if orders else "",
    }


def visit_paper(issuer: str, names: Mapping[str, str], found: VisitNotice, *, simulated: bool) -> Data:
    """检查通知书 of a visit whose officers have arrived. `names`: bureau → its name."""
    at = found.arrival.at.astimezone(CHINA)
    return {
        "issuer": issuer,
        "marks": marks(simulated=simulated),
        "site": {name: str(value) for name, value in found.site.items()},
        "day": at.date().isoformat(),
        "time": f"{at:%H:%M}",
        "period": found.period,
        "drawn": not is_external(found.arrival.draw_no),
        "matters": [words[0] for words in found.form.checklist.groups.values()],
        "basis": list(found.basis),
        "officers": [
            {"name": o["name"], "certificate": o["certificate"], "unit": names.get(o["bureau"], o["bureau"])}
            for o in found.arrival.officers
        ],
    }


def _order(issuer: str, file: VisitFile) -> Data:
    visit, record = file.visit, file.visit.form
    return {
        "issuer": issuer,
        "number": record["findings"][0]["order_no"],
        "site": str(record["site"]["name"]),
        "day": visit.ended_at.astimezone(CHINA).date().isoformat(),
        "visited": visit.started_at.astimezone(CHINA).date().isoformat(),
        "marks": marks(simulated=record["simulated"]),
        "findings": _findings(record),
        "basis": list(record["basis"]),
        "sha256": visit.record_sha256,
    }


def _findings(record: Mapping[str, Any]) -> list[Data]:
    return [
        {"n": one["n"], "text": one["text"], "measures": one["measures"], "due": one["order_due"]}
        for one in record["findings"]
    ]


def _version(record: Mapping[str, Any]) -> str:
    """Which version it is, of what, and why; "" for a first one."""
    if "replaces" not in record:
        return ""
    why = f"，理由：{record['reason']}" if record["reason"] else ""
    return f"第 {record['version']} 版，取代指纹为 {record['replaces'][:12]}… 的记录{why}"


def _source(draw_no: int | None) -> str:
    """Which draw chose the visit; "" when none did."""
    if draw_no is None:
        return ""
    return "省级平台抽取" if is_external(draw_no) else f"第 {draw_no} 次抽取"


def _file(n: int, one: Mapping[str, Any]) -> Data:
    place = f"{one['lon']}, {one['lat']}（±{one['accuracy_m']} 米）" if "lon" in one else ""
    said = {"n": n, "kind": KINDS[one["kind"]][0], "words": one.get("words", ""), "place": place}
    return said | {"at": _minute(datetime.fromisoformat(one["taken_at"])), "sha256": one["sha256"]}


def _minute(moment: Any) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
