"""The published key list classes an import; leaders entered on the organisation page approve, nobody else."""

from datetime import date
from itertools import count

import pytest

from policies.access_errors import NotTheApprover
from policies.roster.columns import SITE_LAYOUT
from policies.roster.remarks import NotOnKeyList, SpecialWithoutEvidence
from policies.roster.site_errors import CasesWithoutSpecial, KeyListContradiction
from services.demo.granting import give
from services.demo.rosters import make_rosters
from services.ruling.approvers import require_approver
from services.ruling.key_lists import list_in_force
from services.ruling.rule_choice_errors import FieldMissing
from services.sheets import fill_template, read_table
from services.usecases.import_roster import import_sites
from services.usecases.keep_key_list import NewKeyList, keep_key_list
from services.usecases.keep_organisation import NewDuty, end_duty, enter_duty
from services.usecases.publish_notice import withdraw_notice
from services.usecases.publish_organisation import publish_key_list
from tenants.rows import Membership
from tenants.stores import sites

from . import ceremony as c
from .census import by_hand

_numbers = count(1)
COUNTY, CITY = "150203", "150200"
DAY = date(2025, 1, 1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"standing_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    files = make_rosters(tmp_path_factory.mktemp("standing"))
    table = read_table(files[COUNTY].sites.read_bytes(), "名录.xlsx", SITE_LAYOUT)
    return [dict(row.cells) for row in table.rows][:40]


def plain(rows, number):
    """The first rows as general sites without remarks on their class."""
    named = {"site_class": "一般", "class_basis": "", "special_cases": "", "special_evidence": ""}
    return [{**row, **named} for row in rows[:number]]


async def announce(app, lines, year=2026, text="名录（一）"):
    async with app.work(c.acting(app, CITY, "registry_keeper")) as work:
        kept = await keep_key_list(work, NewKeyList(year, text, DAY, lines=lines))
    async with app.work(c.acting(app, CITY, "publisher")) as work:
        return await publish_key_list(work, kept.id)


async def take(app, rows):
    async with app.work(c.acting(app, COUNTY, "registry_keeper")) as work:
        return await import_sites(work, fill_template(SITE_LAYOUT, rows), "名录.xlsx")


async def site(app, code):
    async with app.work(c.acting(app, COUNTY, "registry_keeper"), read_only=True) as work:
        return await sites.one(work.db, work.scope, COUNTY, code)


def kinds(found):
    return {type(one) for one in found}


async def test_the_published_list_is_used_and_named(app, rows):
    first, second, third, *_ = plain(rows, 4)
    notice = await announce(app, f"{first['code']},甲,{COUNTY}\n{second['credit_code']},乙,{COUNTY}")
    first |= {"site_class": "特殊"}
    second |= {"site_class": "重点"}
    third |= {"site_class": "重点", "class_basis": "县里认定"}
    done = await take(app, [first, second, third])
    assert done.report["key_list"]["year"] == 2026 and done.report["key_list"]["count"] == 2
    assert done.report["key_list"]["notices"] == [f"/b/{CITY}/notices/{notice.id}"]
    kept = await site(app, first["code"])
    assert kept.key and kept.special and kept.class_basis == "名录（一）（2025-01-01）"
    assert (await site(app, second["code"])).class_basis == "名录（一）（2025-01-01）"
    assert (await site(app, third["code"])).class_basis == "县里认定"
    assert NotOnKeyList in kinds(done.check.warnings)


async def test_a_listed_site_called_general_is_refused_and_another_countys_entry_is_not_ours(app, rows):
    first, second, *_ = plain(rows, 2)
    await announce(app, f"{first['code']},甲,{COUNTY}\n{second['code']},乙,150202")
    done = await take(app, [first, second])
    assert kinds(done.check.errors) == {KeyListContradiction}
    assert [one.where.row for one in done.check.errors] == [done.check.refused[0].row.number]
    assert not (await site(app, second["code"])).key


async def test_without_a_standing_list_the_file_decides(app, rows):
    (first,) = plain(rows, 1)
    notice = await announce(app, f"{first['code']},甲,{COUNTY}")
    async with app.work(c.acting(app, CITY, "bureau_head")) as work:
        await withdraw_notice(work, notice.id, "名录有误")
    done = await take(app, [first])
    assert done.report["key_list"] is None and not done.check.errors
    assert await list_in_force(app, COUNTY, date(2026, 1, 1)) is None


async def test_the_newest_year_counts_up_to_the_next_one(app, rows):
    first, second, *_ = plain(rows, 2)
    await announce(app, f"{first['code']},甲,{COUNTY}", 2025, "旧")
    await announce(app, f"{second['code']},乙,{COUNTY}", 2026, "新")
    used = await list_in_force(app, COUNTY, date(2025, 12, 1))
    assert (used.year, list(used.entries)) == (2026, [second["code"]])
    assert (await list_in_force(app, COUNTY, date(2024, 6, 1))).year == 2025
    assert await list_in_force(app, COUNTY, date(2023, 6, 1)) is None


async def test_a_special_site_carries_its_case_and_evidence(app, rows):
    first, second, third, *_ = plain(rows, 3)
    first |= {
        "site_class": "特殊",
        "special_cases": "投诉举报多、环境风险等级高",
        "special_evidence": "12345 工单 8 件",
    }
    second |= {"site_class": "特殊"}
    third |= {"special_cases": "投诉举报多"}
    done = await take(app, [first, second, third])
    kept = await site(app, first["code"])
    assert kept.special_cases == ("complaints", "risk") and kept.special_evidence == "12345 工单 8 件"
    assert SpecialWithoutEvidence in kinds(done.check.warnings)
    assert kinds(done.check.errors) == {CasesWithoutSpecial}


async def test_approvals_follow_the_leaders_entered(app):
    head, other = (c.acting(app, COUNTY, "bureau_head", post=post) for post in ("head", "other"))
    async with app.work(head) as work:
        with by_hand():
            for one in (head, other):
                await give(
                    work.control, work.scope, Membership(COUNTY, one.subject, "bureau_head", "某", DAY)
                )
        await require_approver(work)  # nobody entered: the role decides
        with pytest.raises(FieldMissing):
            await enter_duty(work, NewDuty("leading_group", "组长", "某某", DAY, person="stranger"))
        await enter_duty(work, NewDuty("leading_group", "成员", "他", DAY, person=other.subject))
        await require_approver(work)  # a member is no leader
        duty = await enter_duty(work, NewDuty("leading_group", "组长", "某某", DAY, person=head.subject))
        await require_approver(work)
    async with app.work(other) as work:
        with pytest.raises(NotTheApprover, match="组长某某"):
            await require_approver(work)
    async with app.work(head) as work:
        await end_duty(work, duty.id, DAY)
    async with app.work(other) as work:
        await require_approver(work)
