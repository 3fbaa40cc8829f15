"""What the demonstration did, as data: one entry a draw, one a bureau. Every number is read back."""

from typing import Any

from services.demo.cast import Act
from services.demo.ceremony import known
from services.demo.finale import check, published
from services.demo.stage import Stage
from services.demo.story import ACTS, PERIOD
from services.work import App
from tenants.stores import joints, notices, uploads, visits


async def summarise(app: App) -> dict[str, Any]:
    """The JSON summary of `shuangsui demo --json`."""
    stage = Stage(app, lambda _: None)
    return {
        "simulated": True,
        "period": str(PERIOD),
        "home": str(app.home.root),
        "log": app.log.origin,
        "bundles": str(app.home.bundles),
        "draws": [await _draw(stage, act) for act in ACTS],
        "bureaus": [await _bureau(stage, code) for code in dict.fromkeys(act.bureau for act in ACTS)],
    }


async def _draw(stage: Stage, act: Act) -> dict[str, Any]:
    draw = await known(stage, act, str(PERIOD))
    files = await published(stage, act, draw.draw_no)
    verdict, manifest, summary = check(files), draw.manifest or {}, draw.summary or {}
    return {
        "bureau": draw.bureau,
        "subject": draw.subject,
        "kind": draw.kind,
        "period": draw.period,
        "draw_no": draw.draw_no,
        "strata": [{"id": s["id"], "size": s["size"], "take": s["take"]} for s in manifest["strata"]],
        "drawn": summary["drawn"],
        "officers_used": summary["officers"],
        "crews": manifest["crews"],
        "manifest": draw.m,
        "beacon": draw.r,
        "beacon_evidence": draw.beacon,
        "root": draw.z,
        "bundle": str(files.bundle),
        "trust": str(files.trust),
        "verdict": verdict.verdict,
    }


async def _bureau(stage: Stage, code: str) -> dict[str, Any]:
    async with stage.acts(code, "head") as work:
        of = (work.db, work.scope, code)
        done = await visits.of_period(*of, PERIOD)
        faults = [await visits.findings(*of, visit.id) for visit in done]
        told = await notices.listing(*of, limit=1000)
        pairs = [await joints.of_draw(*of, no) for no in sorted({v.draw_no for v in done if v.draw_no})]
        return {
            "bureau": code,
            "visits": len(done),
            "joint": sum(len(p) for p in pairs),
            "faults": sum(bool(f) for f in faults),
            "uploads": len(await uploads.recent(*of, 1000)),
            "notices": sum(n.published_at is not None for n in told),
        }
