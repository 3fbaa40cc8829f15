"""What stands before the first draw: duties, the entrusted unit, the city's key list; entered and published.

Every name and document is simulated and says so, apart from what the bureaus' own texts state: that
Kundulun's leading group is led by the director, with its office and field work at the 大队.
"""

from collections.abc import Mapping
from datetime import date

from services.demo.cast import SUPERIOR
from services.demo.rosters import RosterFiles
from services.demo.stage import Stage
from services.identity.people import demo_person
from services.usecases.keep_key_list import NewKeyList, keep_key_list
from services.usecases.keep_organisation import NewDuty, NewEntrustment, enter_duty, enter_entrustment
from services.usecases.publish_organisation import (
    publish_entrustments,
    publish_key_list,
    publish_organisation,
)
from tenants.organisation_rows import Duty, Entrustment
from tenants.stores import key_lists, notices, standing

SINCE = date(2025, 12, 1)
_ORDER = "演示组织分工通知（模拟）"
_OFFICE: Mapping[str, str] = {
    "411721": "演示西平执法大队",
    "150203": "包头市昆区环境监察大队",
}
_ENTRUSTED: Mapping[str, tuple[str, str]] = {  # unit as the text names it; what no text says is simulated
    "150203": ("包头市昆区环境监察大队", "实施现场抽查，填报抽查结果（委托期限为模拟）"),
}


async def enter_organisation(stage: Stage) -> None:
    """Duties and entrustments of both counties; what is there already stays."""
    for bureau, office in _OFFICE.items():
        async with stage.acts(bureau, "admin") as work:
            if await standing.all_of(work.db, work.scope, Duty, bureau):
                continue
            for new in _duties(bureau, office):
                await enter_duty(work, new)
            if bureau in _ENTRUSTED:
                unit, scope = _ENTRUSTED[bureau]
                letter = "演示委托书（模拟）"
                await enter_entrustment(work, NewEntrustment(unit, scope, letter, SINCE, date(2026, 12, 31)))
    for bureau in _OFFICE:
        async with stage.acts(bureau, "publisher") as work:
            if await notices.listing(work.db, work.scope, bureau, kind="organisation", limit=1):
                continue
            await publish_organisation(work)
            if await standing.all_of(work.db, work.scope, Entrustment, bureau):
                await publish_entrustments(work)
        stage.say(f"  {bureau}：组织机构与委托已公布")


async def announce_key_lists(stage: Stage, files: Mapping[str, RosterFiles], year: int) -> None:
    """The cities' key lists for the year, kept and published before the counties import their rosters."""
    for county, made in sorted(files.items()):
        if not made.listing:
            continue
        city = SUPERIOR[county]
        async with stage.acts(city, "keeper") as work:
            kept = await key_lists.all_of(work.db, work.scope, city, year)
            if not kept:
                text = f"演示 {year} 年环境监管重点单位名录（模拟）"
                await keep_key_list(work, NewKeyList(year, text, SINCE, lines=made.listing))
                kept = await key_lists.all_of(work.db, work.scope, city, year)
        async with stage.acts(city, "publisher") as work:
            if not await notices.listing(work.db, work.scope, city, kind="key_list", limit=1):
                await publish_key_list(work, kept[0].id)
        stage.say(f"  {city}：{year} 年重点单位名录已公布（{kept[0].count} 家）")


def _duties(bureau: str, office: str) -> tuple[NewDuty, ...]:
    """Leading group, office and maintainer; the director is tied to the login that approves."""
    head, keeper = demo_person(f"{bureau}-head"), demo_person(f"{bureau}-keeper")
    deputy = demo_person(f"{bureau}-admin")
    return (
        NewDuty("leading_group", "组长", head.name, SINCE, "局长", _ORDER, head.subject),
        NewDuty("leading_group", "副组长", deputy.name, SINCE, "副局长", _ORDER, deputy.subject),
        NewDuty("office", f"办公室（设在{office}）", keeper.name, SINCE, "大队长", _ORDER, keeper.subject),
        NewDuty("duty", "名录维护人", keeper.name, SINCE, "", _ORDER, keeper.subject),
    )
