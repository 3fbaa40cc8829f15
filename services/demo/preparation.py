"""Rosters through the ordinary import, yearly plans made by one person and approved by another."""

import asyncio
from pathlib import Path

from policies.terms import Period
from services.demo.bureaus import tie_inspectors
from services.demo.cast import CITIES
from services.demo.evidence import give_evidence
from services.demo.rosters import RosterFiles, make_rosters
from services.demo.stage import Stage
from services.demo.standing import announce_key_lists
from services.usecases.import_roster import import_officers, import_sites
from services.usecases.make_plan import approve_plan, make_plan
from tenants.stores import plans


async def import_rosters(stage: Stage, period: Period) -> None:
    """Make the roster files and import each as the registry keeper; a second time nothing changes."""
    files = await asyncio.to_thread(make_rosters, stage.app.home.rosters, year=period.year)
    await announce_key_lists(stage, files, period.year)
    for code, made in sorted(files.items()):
        await _sites(stage, code, made)
        await _officers(stage, code, made.officers, period)
        await tie_inspectors(stage.app, code)


async def _sites(stage: Stage, code: str, made: RosterFiles) -> None:
    if made.sites is None:
        return
    data, name = made.sites.read_bytes(), made.sites.name
    done = await stage.do(code, "keeper", import_sites, data, name)
    rows = done.report["report"]
    await give_evidence(stage, code)
    stage.say(f"  {code}：污染源 {rows['valid']} 家（文件 {rows['rows']} 行，拒收 {rows['errors']}）")


async def _officers(stage: Stage, code: str, path: Path, period: Period) -> None:
    data = await asyncio.to_thread(path.read_bytes)
    done = await stage.do(code, "keeper", import_officers, data, path.name, period=period)
    stage.say(f"  {code}：执法人员 {done.report['report']['valid']} 人")


async def make_plans(stage: Stage, codes: tuple[str, ...], year: int) -> None:
    """Draft and approve the plan of every bureau that has none approved."""
    for code in codes:
        async with stage.acts(code, "keeper") as work:
            row = await plans.latest(work.db, work.scope, code, year)
        if row is not None and row.state == "approved":
            continue
        if row is None:
            planner = "keeper" if code not in CITIES else "drawer"  # a city plans over rosters it reads
            await stage.do(code, planner, make_plan, year)
        row = await stage.do(code, "head", approve_plan, year)
        totals = "，".join(f"{k} {v}" for k, v in row.body["totals"].items())
        stage.say(f"  {code}：{year} 年度计划已批准（{totals}）")
