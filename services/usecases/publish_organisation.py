"""Organisation, entrustments and key lists are told to the public as notices, in the allow-listed fields.

Basis: 行政处罚法 20–21 [confirmed]: an entrustment is published; obligations 2, 7 and 33.
"""

from hashlib import sha256
from typing import Any, get_args
from uuid import UUID

from policies.rd1.canonical import jcs
from policies.rulebook.rules import Rules
from policies.visiting.notice import public_view
from services.clock import CHINA
from services.keepers import keeping_of
from services.ruling.rule_choice_errors import NothingToPublish
from services.ruling.ruleset import rules_for
from services.usecases.keep_organisation import Unit
from services.usecases.publish_notice import Draft, notice_id, publish_draft
from services.work import Work
from tenants.organisation_rows import Duty, Entrustment, KeyList
from tenants.records import Notice
from tenants.stores import bureaus, key_lists, standing

KEEPER = "名录管理专人"


async def publish_organisation(work: Work) -> Notice:
    """Who holds which duty today, since when, and who keeps the roster: names and days, no accounts.

    Raises:
        NothingToPublish: nobody holds any.
    """
    _may(work)
    rows = await standing.all_of(work.db, work.scope, Duty, work.scope.bureau, on=work.today)
    named = await _keeper(work)
    if not rows and not named:
        raise NothingToPublish(need="已登记的领导小组、办公室或职责")
    told = [
        {
            "unit": row.unit,
            "duty": row.duty,
            "name": row.name,
            "post": row.post,
            "since": row.since.isoformat(),
            "basis": row.basis,
        }
        for row in sorted(rows, key=lambda row: get_args(Unit).index(row.unit))
    ] + named
    rules = await rules_for(work, work.scope.bureau)
    body = {"duties": told, "basis": _cited(rules, "organisation.duty")}
    return await _publish(work, "organisation", "随机抽查组织机构与职责", body)


async def _keeper(work: Work) -> list[dict[str, str]]:
    """The roster's named keeper in the form of a duty, since the day both had confirmed it."""
    found = (await keeping_of(work)).keeper
    if found is None or found.confirmed_at is None:
        return []
    since = found.confirmed_at.astimezone(CHINA).date().isoformat()
    told = {"unit": "duty", "duty": KEEPER, "name": found.taker_name, "post": "", "since": since}
    return [told | {"basis": ""}]


async def publish_entrustments(work: Work) -> Notice:
    """To whom what is entrusted, from when to when; ended ones are left out. Raises NothingToPublish."""
    _may(work)
    rows = await standing.all_of(work.db, work.scope, Entrustment, work.scope.bureau)
    open_ = [row for row in rows if row.until is None or row.until >= work.today]
    if not open_:
        raise NothingToPublish(need="已登记且未到期的委托")
    told = [
        {
            "unit": row.unit,
            "credit_code": row.credit_code,
            "scope": row.scope,
            "basis": row.basis,
            "since": row.since.isoformat(),
            "until": row.until.isoformat() if row.until else "",
        }
        for row in open_
    ]
    rules = await rules_for(work, work.scope.bureau)
    body = {"entrustments": told, "basis": _cited(rules, "law.duty.entrustment")}
    return await _publish(work, "entrustment", "委托执法公告", body)


async def publish_key_list(work: Work, list_id: UUID) -> Notice:
    """One yearly key list, or a supplement to it. Raises Missing."""
    _may(work)
    bureau = work.scope.bureau
    row = await key_lists.get(work.db, work.scope, bureau, list_id)
    entries = await key_lists.entries_of(work.db, work.scope, bureau, list_id)
    rules = await rules_for(work, bureau)
    body = _head(work) | {
        "year": row.year,
        "list_kind": row.kind,
        "text": row.text,
        "issued_on": row.issued_on.isoformat(),
        "count": row.count,
        "entries": [
            {
                "credit_code" if len(one.code) == 18 else "site_code": one.code,
                "name": one.name,
                "division": one.division,
                "categories": list(one.categories),
            }
            for one in entries
        ],
        "basis": _cited(rules, "law.duty.keylist"),
    }
    draft = Draft(row.id, "key_list", await _titled(work, _named(row)), public_view("key_list", body), bureau)
    return await publish_draft(work, draft)


def _named(row: KeyList) -> str:
    return f"{row.year}年环境监管重点单位名录" + ("（补充）" if row.kind == "supplement" else "")


async def _publish(work: Work, kind: str, title: str, body: dict[str, Any]) -> Notice:
    """What says the same on the same day is the same notice."""
    row = public_view(kind, _head(work) | {"on": work.today.isoformat()} | body)
    id = notice_id(work.scope.bureau, kind, sha256(jcs(row)).hexdigest())
    return await publish_draft(work, Draft(id, kind, await _titled(work, title), row, work.scope.bureau))


def _head(work: Work) -> dict[str, Any]:
    return {"bureau": work.scope.bureau, "simulated": work.app.clock.simulated}


async def _titled(work: Work, title: str) -> str:
    name = (await bureaus.get(work.control, work.scope.bureau)).name
    return ("【模拟】" if work.app.clock.simulated else "") + name + title


def _cited(rules: Rules, key: str) -> list[str]:
    found = rules.get(key)
    return [found.basis.cite()] if found is not None else []


def _may(work: Work) -> None:
    work.require("notice.make")
    work.require("notice.publish")
