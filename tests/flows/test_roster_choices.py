"""Each bureau's own roster: required and own fields, names of classes, sections that supply its parts."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from policies.errors import Forbidden
from policies.rulebook.law_errors import BadValue
from policies.rulebook.law_keys import KEYS
from policies.rulebook.roster_parts import BadPart, extra_fields, sections
from policies.terms import Principal
from services.clock import today
from services.ruling.roster_form import roster_form
from services.ruling.typed_values import value_of
from services.sheets import fill_template
from services.usecases.import_roster import import_sites
from services.usecases.roster_sections import (
    list_submissions,
    merge_part,
    return_part,
    section_faces,
    source_of,
    submit_part,
)
from services.usecases.section_errors import NotTheSupplier, ReasonMissing
from services.views.rosters import as_csv, history_rows, site_cells
from services.visiting.visit_errors import RosterRefused
from services.work import App
from tenants.errors import WrongState
from tenants.organisation_rows import Duty
from tenants.rows import RuleChoice
from tenants.scope import Scope
from tenants.stores import choices, imports, sites, standing

from . import ceremony as c

COUNTY, OTHER = "411721", "150203"
FROM = date(2025, 12, 1)
TYPED = {  # as a person types it into the rule form
    "roster.extra": "permit_class：排污许可管理类别；选项 重点管理|简化管理|登记管理；列表\n"
    "tanks：储罐数；数字；详情\nlast_drill：最近演练；日期",
    "class.names": "key：重点排污单位、市控重点\ngeneral：一般排污单位\nspecial：特殊监管对象",
    "roster.sections": "review：环评科；对象类型=建设项目\nsquad1：一中队；行政区划=411721",
}
ROW = {
    "name": "演示·新建一厂",
    "credit_code": "91411721MAXX00015J",
    "code": "91411721MAXX00015J001P",
    "site_class": "一般排污单位",
    "division": "411721",
    "site_address": "演示一路1号",
    "lon": "113.9",
    "lat": "33.36",
    "industry": "C2614 有机化学原料制造",
    "pollution": "废水",
    "address": "演示一路1号",
    "phone": "0396-1234567",
    "legal_person": "示例甲",
    "contact": "示例乙",
    "contact_phone": "0396-1234567",
    "env_officer": "示例丙",
    "authority": "西平分局",
    "basin": "淮河流域",
    "started_on": "2015-06",
    "products": "示例产品",
    "status": "在产",
    "permit_class": "简化管理",
    "tanks": "3",
    "last_drill": "2025-11",
}
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    name = f"choices_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def chosen(app: App, key: str, value: Any, since: date = FROM) -> None:
    scope = Scope.own(COUNTY, "head")
    basis = {"text": "名录管理办法", "clause": "第二条", "mark": "default", "checked_on": "2025-12-01"}
    row = RuleChoice(COUNTY, key, since, value, basis, {}, "admin", "head", app.clock.now())
    async with app.database.unit(scope) as db:
        await choices.put(db, scope, row)


async def typed(app: App, *keys: str) -> None:
    for key in keys:
        await chosen(app, key, value_of(KEYS[key], {f"{key}.value": TYPED[key]}))


def person(app: App, role: str = "registry_keeper", subject: str = "") -> Principal:
    return Principal(
        subject or role, f"测试{role}", COUNTY, frozenset({role}), 2, int(app.clock.now().timestamp())
    )


async def file_of(app: App, *rows: dict[str, str]) -> bytes:
    async with app.work(person(app)) as work:
        form = await roster_form(work)
    return fill_template(form.layout, rows, required=form.required)


async def test_own_fields_and_names_go_from_the_rule_form_into_roster_and_export(app: App) -> None:
    await typed(app, "roster.extra", "class.names")
    data = await file_of(app, ROW)
    async with app.work(person(app)) as work:
        done = await import_sites(work, data, "名录.xlsx", key_list=frozenset())
        assert done.counts.added == 1, done.report["errors"]
        kept = await sites.one(work.db, work.scope, COUNTY, ROW["code"])
        assert dict(kept.extra) == {"permit_class": "简化管理", "tanks": "3", "last_drill": "2025-11"}
        assert not kept.key and not kept.special
        form = await roster_form(work)
        cells = site_cells(kept, form)
        table = as_csv(form.layout, [kept], lambda one: site_cells(one, form))
    assert cells["site_class"] == "一般排污单位" and [f.code for f in form.listed] == ["permit_class"]
    (line,) = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    assert line["排污许可管理类别"] == "简化管理" and line["储罐数"] == "3"
    changed = await file_of(app, ROW | {"tanks": "4", "site_class": "市控重点"})
    async with app.work(person(app)) as work:
        done = await import_sites(work, changed, "名录2.xlsx", key_list=frozenset())
        assert (done.counts.changed, done.counts.unchanged) == (1, 0)
        assert (await sites.one(work.db, work.scope, COUNTY, ROW["code"])).key
        told = await sites.history(work.db, work.scope, COUNTY, ROW["code"])
        again = await import_sites(work, changed, "名录2.xlsx", key_list=frozenset())
    assert again.repeated
    assert ("储罐数", "3", "4") in {(f.name, f.old, f.new) for f in history_rows(told, form.layout)[0].fields}


@pytest.mark.parametrize(
    ("cell", "value", "fault"),
    [
        ("tanks", "三个", "BadNumber"),
        ("permit_class", "一类", "UnknownValue"),
        ("last_drill", "去年", "BadDate"),
    ],
)
async def test_own_fields_hold_what_they_are_for(app: App, cell: str, value: str, fault: str) -> None:
    await typed(app, "roster.extra")
    data = await file_of(app, {**ROW, "site_class": "一般"} | {cell: value})
    async with app.work(person(app)) as work:
        with pytest.raises(RosterRefused) as refused:
            await import_sites(work, data, "名录.xlsx")
    (error,) = refused.value.check.errors
    assert type(error).__name__ == fault and error.column == KEYS_HEADING[cell]
    back = refused.value.check.layout
    assert back is not None and {one.key for one in back.columns[-3:]} == {
        *KEYS_HEADING
    }  # the refused rows keep the own columns


KEYS_HEADING = {"tanks": "储罐数", "permit_class": "排污许可管理类别", "last_drill": "最近演练"}


async def test_required_fields_are_the_bureaus_and_of_the_day(app: App) -> None:
    """An own field may be required too, from the day the rule names; another bureau is not concerned."""
    await typed(app, "roster.extra")
    async with app.work(person(app)) as work:
        asked = (await roster_form(work)).required
    later = today(app.clock) + timedelta(days=20)
    async with app.work(person(app)) as work:
        fields = {code: code for code in asked} | {"permit_class": "排污许可管理类别"}
    await chosen(app, "roster.fields", fields, later)
    bare = {name: text for name, text in ROW.items() if name != "permit_class"} | {"site_class": "一般"}
    data = await file_of(app, bare)
    async with app.work(person(app)) as work:
        assert "permit_class" not in (await roster_form(work)).required
        assert "permit_class" in (await roster_form(work, on=later)).required
        assert (await import_sites(work, data, "今天.xlsx")).counts.added == 1
    app.clock.set(app.clock.now() + timedelta(days=21))  # type: ignore[attr-defined]
    missing = await file_of(app, bare | {"code": "DJ411721000001"})
    async with app.work(person(app)) as work:
        with pytest.raises(RosterRefused) as refused:
            await import_sites(work, missing, "以后.xlsx")
    assert [type(e).__name__ for e in refused.value.check.errors] == ["MissingValue"]
    async with app.work(replace(person(app), bureau=OTHER)) as work:
        form = await roster_form(work)
    assert not form.extra and "permit_class" not in form.required


@pytest.mark.parametrize(
    "pairs",
    [
        {"Permit": "名称"},
        {"a": "名称；颜色"},
        {"a": "名称；选项 甲"},
        {"a": "同名", "b": "同名"},
        {"a": "长" * 41},
    ],
)
def test_a_field_that_cannot_be_one_is_refused(pairs: dict[str, str]) -> None:
    with pytest.raises(BadPart):
        extra_fields(pairs)


@pytest.mark.parametrize("text", ["环评科；颜色=红", "环评科；对象类型", "环评科；对象类型="])
def test_a_part_that_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(BadPart):
        sections({"review": text})


async def test_the_law_reader_refuses_what_the_roster_could_not_use(app: App) -> None:
    await chosen(app, "roster.extra", {"tanks": "储罐数；颜色"})
    with pytest.raises(BadValue):
        async with app.work(person(app)) as work:
            await roster_form(work)


async def test_a_section_hands_in_its_part_and_the_keeper_merges_it(app: App) -> None:
    await typed(app, "class.names", "roster.extra", "roster.sections")
    mine = {**ROW, "kind": "建设项目"}
    foreign = {**ROW, "code": "DJ411721000002", "name": "演示·老厂", "credit_code": ""}
    data = await file_of(app, mine, foreign)
    supplier = person(app, "section_supplier", "li-si")
    async with app.work(supplier) as work:
        with pytest.raises(NotTheSupplier):
            await submit_part(work, "review", data, "环评.xlsx")
    await _named(app, "名录报送：环评科", "李四", "li-si")
    async with app.work(supplier) as work:
        faces = {one.section.code: one for one in await section_faces(work)}
        assert faces["review"].people == ("李四",) and faces["review"].mine and not faces["squad1"].mine
        row = await submit_part(work, "review", data, "环评.xlsx")
        assert (row.report["valid"], row.report["errors"]) == (1, 1)
        assert "不属于本科室报送的部分" in str(row.report["faults"])
        with pytest.raises(NotTheSupplier):
            await submit_part(work, "squad1", data, "环评.xlsx")
    async with app.work(supplier) as work:
        with pytest.raises(Forbidden):
            await merge_part(work, row.id)
    async with app.work(person(app)) as work:
        before = await sites.counts(work.db, work.scope, COUNTY)
        done = await merge_part(work, row.id)
        after = await sites.counts(work.db, work.scope, COUNTY)
        assert after["all"] == before["all"] + 1 and done.counts.added == 1
        source = await source_of(work, COUNTY, mine["code"])
        assert source is not None and (source.section_name, source.by_name) == (
            "环评科",
            "测试section_supplier",
        )
        (batch,) = await imports.recent(work.db, work.scope, limit=1)
        assert batch.report["source"]["section"] == "review" and batch.report["source"]["by"] == "li-si"
        (change,) = await sites.history(work.db, work.scope, COUNTY, mine["code"])
        assert change.reason == "环评科报送 环评.xlsx"
        with pytest.raises(WrongState):
            await merge_part(work, row.id)
        with pytest.raises(WrongState):
            await return_part(work, row.id, "晚了")


async def test_a_returned_part_says_why_and_only_its_section_sees_it(app: App) -> None:
    await typed(app, "class.names", "roster.extra", "roster.sections")
    await _named(app, "名录报送：一中队", "王五", "wang-wu")
    data = await file_of(app, ROW)
    async with app.work(person(app, "section_supplier", "wang-wu")) as work:
        row = await submit_part(work, "squad1", data, "一中队.xlsx")
    async with app.work(person(app)) as work:
        with pytest.raises(ReasonMissing):
            await return_part(work, row.id, " ")
        back = await return_part(work, row.id, "缺少坐标依据")
    assert (back.state, back.why) == ("returned", "缺少坐标依据")
    async with app.work(person(app, "section_supplier", "wang-wu")) as work:
        assert [one.id for one in await list_submissions(work)] == [row.id]
    async with app.work(person(app, "section_supplier", "other")) as work:
        assert await list_submissions(work) == ()


async def _named(app: App, duty: str, name: str, subject: str) -> None:
    scope = Scope.own(COUNTY, "admin")
    row = Duty(
        COUNTY,
        uuid4(),
        "duty",
        duty,
        name,
        "",
        "西平分局文件",
        FROM,
        None,
        app.clock.now(),
        "admin",
        person=subject,
    )
    async with app.database.unit(scope) as db:
        await standing.put(db, scope, row)
