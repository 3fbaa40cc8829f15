"""A city's administrator opens a district bureau, without a restart. Basis: obligation 34.

The new bureau gets its first people and the city's choices as proposals; it enters its own text itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.access_errors import Stranger
from policies.placing import may_open
from policies.rulebook.law_keys import KEYS
from policies.rulebook.onboarding import Facts, Point, checklist
from policies.terms import Bureau, Mark, SiteStatus
from services.reading import note_reads
from services.ruling.calendars import calendar_for
from services.ruling.onboarding_errors import BadBureau, BureauTaken
from services.ruling.ruleset import rules_for
from services.system import as_deployment
from services.work import Work
from tenants import journal
from tenants.records import Notice
from tenants.rows import BureauEntry, Membership, RuleChoice
from tenants.stores import bureaus, choices, members, notices, officers, plans, sites, witness_keys

_CODE = re.compile(r"[0-9]{6}\Z")
_BELOW = {"province": ("city", "county"), "city": ("county",), "county": ()}


@dataclass(frozen=True, slots=True)
class Person:
    """A first member: the subject of the login, as the identity service knows it, and the name shown."""

    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class NewBureau:
    """What is asked for.

    Attributes:
        code: GB/T 2260, below the bureau acting.
        admin: first administrator; enters the bureau's text and proposes. head: approves; another person.
        level: county, or city for a province.
        copy: propose the superior's own choices as a start.
    """

    code: str
    name: str
    admin: Person
    head: Person
    level: str = "county"
    copy: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened bureau. `proposed`: keys of the choices it starts with, waiting for approval."""

    entry: BureauEntry
    proposed: tuple[str, ...]


async def open_bureau(work: Work, order: NewBureau) -> Opened:
    """Open a bureau below the one acted for.

    Raises:
        BadBureau: code, name or people. BureauTaken: the code is open already.
    """
    work.require("bureau.open")
    above = await bureaus.get(work.control, work.scope.bureau)
    registered = {entry.code: entry.path for entry in await bureaus.all_(work.control)}
    _check(above, order, registered)
    if order.code in registered:
        raise BureauTaken(order.code)
    copied = await _template(work, above, order)
    level: Any = order.level
    async with as_deployment(work):
        await bureaus.put(work.control, Bureau(order.code, order.name.strip(), level, above.code))
    await work.unit.share_bureaus()
    async with work.inside(order.code) as there:
        await _furnish(there, order, copied)
    await _note(work, order)
    return Opened(await bureaus.get(work.control, order.code), tuple(row.key for row in copied))


async def bureau_checklist(work: Work, code: str = "", year: int = 0) -> tuple[Point, ...]:
    """What a bureau still lacks before its first draw; numbers only.

    Args:
        code: the own bureau, or one below it; default the own one.
        year: the year to be planned; default the running one, from 1 October on the next.

    Raises:
        Stranger, Forbidden: neither the own bureau nor one below it.
    """
    bureau = code or work.scope.bureau
    above = work.principal.bureau
    if bureau not in await bureaus.visible_from(work.control, above):
        raise Stranger(bureau)
    work.require("onboarding.read", bureau=above)
    entry = await bureaus.get(work.control, bureau)
    wanted = year or work.today.year + (work.today.month >= 10)
    told = await _superiors_lists(work, entry)
    async with work.inside(bureau) as there:
        rules = await rules_for(there, bureau, on=max(work.today, date(wanted, 1, 1)))
        points = checklist(rules, await _facts(there, entry, wanted, told))
    await note_reads(work, (bureau,), "onboarding.read", f"onboarding/{wanted}")
    return points


def _check(above: BureauEntry, order: NewBureau, registered: Mapping[str, tuple[str, ...]]) -> None:
    if not _CODE.match(order.code) or not may_open(above.path, order.code, registered):
        raise BadBureau(order.code, need=f"{above.name}（{above.code}）以下、未归其他单位管理的六位区划代码")
    if order.level not in _BELOW[above.level]:
        raise BadBureau(order.level, need="省级开设市级或直管县，市级开设县级")
    if not order.name.strip():
        raise BadBureau("", need="单位名称")
    people = (order.admin, order.head)
    if order.admin.subject == order.head.subject or not all(p.subject and p.name.strip() for p in people):
        raise BadBureau("", need="首任管理员和单位负责人，两名不同的人，各有登录标识和姓名")


async def _template(work: Work, above: BureauEntry, order: NewBureau) -> Sequence[RuleChoice]:
    """Proposals for the new bureau: the superior's choices that make sense below it, and its own names."""
    kept = await choices.all_of(work.db, work.scope, above.code, approved_only=True)
    copied = [_copy(work, row, order.code) for row in kept if order.copy and _fits(row, work.today)]
    taken = {row.key for row in copied}
    return [*copied, *(row for row in _names(work, above, order) if row.key not in taken)]


def _fits(row: RuleChoice, today: date) -> bool:
    """Ratios, overlays and addressees are the superior's own; what is over or not begun is left out."""
    own = KEYS[row.key].form == "rate" or row.key.startswith(("overlay.", "filing.", "labels"))
    until = row.basis.get("until")
    current = row.effective <= today and (until is None or until >= today.isoformat())
    return not own and not row.subject and current


def _copy(work: Work, row: RuleChoice, code: str) -> RuleChoice:
    basis = {k: v for k, v in row.basis.items() if k != "until"}
    return _proposal(work, code, row.key, row.value, basis, row.item)


def _names(work: Work, above: BureauEntry, order: NewBureau) -> Iterator[RuleChoice]:
    """What a new bureau would otherwise inherit wrongly: its name, and to whom it files."""
    basis = {
        "text": "启动模板",
        "clause": "单位开设时登记",
        "mark": Mark.DEFAULT.value,
        "checked_on": work.today.isoformat(),
    }
    labels = {"bureau": order.name.strip(), "brigade": "生态环境保护综合行政执法大队"}
    labels |= {"officer": "行政执法人员", "draw": "双随机抽查", "overlay": "市级稽查"}
    yield _proposal(work, order.code, "labels", labels, basis)
    for key in ("filing.plan", "filing.list"):
        yield _proposal(work, order.code, key, {above.code: above.name}, basis)


def _proposal(
    work: Work, code: str, key: str, value: Any, basis: dict[str, Any], item: str = ""
) -> RuleChoice:
    return RuleChoice(
        bureau=code,
        key=key,
        effective=work.today,
        value=value,
        basis=basis,
        factors={},
        proposed_by=work.principal.subject,
        approved_by=None,
        at=work.now,
        item=item,
    )


async def _furnish(there: Work, order: NewBureau, copied: Sequence[RuleChoice]) -> None:
    for person, role in ((order.admin, "bureau_admin"), (order.head, "bureau_head")):
        row = Membership(
            order.code, person.subject, role, person.name.strip(), there.today, origin="founding"
        )
        await members.grant(there.control, there.scope, row)
    for choice in copied:
        await choices.put(there.db, there.scope, choice)
    await _note(there, order)


async def _note(work: Work, order: NewBureau) -> None:
    after = {"name": order.name.strip(), "level": order.level}
    after |= {"admin": order.admin.subject, "head": order.head.subject}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="bureau.open",
        target=f"bureau/{order.code}",
        after=after,
        at=work.now,
    )


async def _superiors_lists(work: Work, entry: BureauEntry) -> tuple[Notice, ...]:
    """Key lists the superior published; a city's list names the sites of its districts."""
    if entry.parent is None:
        return ()
    async with work.inside(entry.parent) as there:
        return await notices.listing(there.db, there.scope, entry.parent, kind="key_list")


def _published(kept: Iterable[Notice], year: int) -> frozenset[str]:
    """Kinds of what stands published; a key list counts for its year and the next."""
    standing = [one for one in kept if one.published_at is not None and one.withdrawn_at is None]
    return frozenset(
        one.kind for one in standing if one.kind != "key_list" or one.body.get("year") in (year, year - 1)
    )


async def _facts(there: Work, entry: BureauEntry, year: int, told: Sequence[Notice]) -> Facts:
    code, scope, db = entry.code, there.scope, there.db
    rows = [s for s in await sites.all_of(db, scope, code) if s.status is SiteStatus.ACTIVE]
    people = await officers.all_of(db, scope, code)
    held = await members.in_bureau(there.control, scope, code, on=there.today)
    keys = await witness_keys.all_(there.control)
    above = entry.parent or code
    chosen = await choices.all_of(db, scope, code)
    kinds = ("organisation", "entrustment", "key_list")
    own = [one for kind in kinds for one in await notices.listing(db, scope, code, kind=kind)]
    return Facts(
        bureau=code,
        proposed=sum(c.state == "proposed" for c in chosen),
        roles=frozenset(m.role for m in held),
        sites=len(rows),
        key_sites=sum(site.key for site in rows),
        officers=sum(one.valid_until >= there.today for one in people),
        witness=any(k.bureau == above and k.escrow_public is not None for k in keys),
        logged=any(c.state == "approved" for c in chosen),
        published=_published((*own, *told), year),
        year=year,
        plan=await plans.latest(db, scope, code, year, approved_only=True) is not None,
        calendar=(await calendar_for(there)).known(year),
    )
