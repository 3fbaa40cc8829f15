"""The city's key list taken over into the own roster: looked at, chosen, taken as one batch with a trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from policies.roster.key_take import TakePlan, Turned, plan_take
from policies.roster.key_take_errors import KeyListMoved, NoPublishedList, TakeMoved, TakenAlready
from services.ruling.key_lists import YearList, year_list
from services.usecases.import_judge import all_sites
from services.usecases.site_step import keep_step
from services.work import Work
from tenants import journal
from tenants.evidence_rows import Taking
from tenants.locks import hold
from tenants.stores import key_takes

SHOWN = 5  # codes named in a refusal
_NAME = "承接 {year} 年重点单位名录第 {version} 版"
_REASON = "承接 {year} 年重点单位名录第 {version} 版：{sources}"


@dataclass(frozen=True, slots=True)
class TakeShown:
    """A list beside the roster, and what was taken over before.

    Attributes:
        mark: of the list as it says of this bureau; taking names it, so that a newer list refuses.
        before: takings of the year, newest first.
    """

    year: int
    listed: YearList | None
    mark: str
    plan: TakePlan
    before: tuple[Taking, ...]

    @property
    def current(self) -> Taking | None:
        """The standing taking of exactly this list, if there is one."""
        return next((one for one in self.before if one.undone_at is None and one.mark == self.mark), None)


async def preview_take(work: Work, year: int) -> TakeShown:
    """What taking over the year's published list could do to the own roster; keeps nothing."""
    work.require("site.import")
    bureau = work.scope.bureau
    listed = await year_list(work.app, bureau, year)
    before = await key_takes.all_of(work.db, work.scope, bureau, year)
    if listed is None:
        return TakeShown(year, None, "", TakePlan((), (), (), ()), before)
    rows = await all_sites(work)
    plan = plan_take(rows, listed.entries, bureau, "；".join(listed.sources))
    return TakeShown(year, listed, listed.mark_of(bureau), plan, before)


async def take_key_list(work: Work, year: int, mark: str, rows: Mapping[str, str], why: str = "") -> Taking:
    """Take a list over: the chosen sites become key or cease, as one batch; which list it was is kept.

    Args:
        mark: of the list as it was shown. rows: code → mark of the chosen rows as shown; may be empty where
            nothing has to change. why: a remark, or "".

    Raises:
        NoPublishedList, KeyListMoved, TakeMoved, TakenAlready: see there; nothing is kept then.
    """
    work.require("site.import")
    await hold(work.db, "roster", "site", work.scope.bureau)  # from here on every row stays as compared
    shown = await preview_take(work, year)
    if shown.listed is None:
        raise NoPublishedList(f"{year}")
    if shown.mark != mark:
        raise KeyListMoved(f"{shown.listed.version}")
    known = shown.plan.turned
    if gone := sorted(code for code in rows if code not in known or known[code].mark != rows[code]):
        raise TakeMoved(f"{len(gone)}", codes="、".join(gone[:SHOWN]))
    if not rows and shown.current is not None:
        raise TakenAlready(shown.current.by_name, who=shown.current.by_name)
    return await _take(work, shown, shown.listed, [known[code] for code in sorted(rows)], why.strip()[:1000])


async def _take(work: Work, shown: TakeShown, listed: YearList, chosen: list[Turned], why: str) -> Taking:
    facts = {"year": shown.year, "version": listed.version, "sources": "；".join(listed.sources)}
    batch: UUID | None = None
    if chosen:
        said = {
            **facts,
            "notices": list(listed.notices),
            "sites": {one.site.code: one.turn for one in chosen},
        }
        name, reason = _NAME.format(**facts), _REASON.format(**facts)
        batch, _ = await keep_step(work, name, said, [one.after for one in chosen], reason)
    row = _row(work, shown, listed, chosen, why, batch)
    await key_takes.put(work.db, work.scope, row)
    last = shown.before[0].version if shown.before else 0
    await journal.note(
        work.db, work.scope, actor=work.principal, action="site.import",
        target=f"roster/key-list/{row.id}", why=why or _NAME.format(**facts), before={"version": last},
        after={**facts, **row.counts, "batch": str(batch or "")}, at=work.now,
    )  # fmt: skip
    return row


def _row(
    work: Work, shown: TakeShown, listed: YearList, chosen: list[Turned], why: str, batch: UUID | None
) -> Taking:
    named = {site.code: "stays" for site in shown.plan.stays} | {one.site.code: one.turn for one in chosen}
    counts = {kind: sum(one.turn == kind for one in chosen) for kind in ("became", "ceased")}
    counts |= {"stays": len(shown.plan.stays), "unknown": len(shown.plan.unknown)}
    counts |= {"left": len(shown.plan.turned) - len(chosen)}
    documents = [
        {"bureau": one.bureau, "text": one.text, "issued_on": one.issued_on, "notice": one.notice}
        for one in listed.documents
    ]
    return Taking(
        bureau=work.scope.bureau,
        id=uuid4(),
        year=shown.year,
        version=listed.version,
        mark=shown.mark,
        sources=documents,
        counts=counts,
        sites=named,
        why=why,
        at=work.now,
        by=work.principal.subject,
        by_name=work.principal.name,
        batch=batch,
    )
