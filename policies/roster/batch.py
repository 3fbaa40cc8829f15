"""One field of many sites changed at once: what each row becomes, which rows stay, which are refused.

Basis: 西环〔2024〕3号 一（三）: who supplies the list keeps it current; the steps are our own.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from policies.roster.batch_errors import BatchBasisMissing, BatchReasonMissing, BatchTooLarge, BatchValue
from policies.terms import Site, SiteStatus

Refusal = Literal["listed"]
FIELDS = ("status", "key", "special", "authority", "basin")
YES, NO = "yes", "no"
MOST = 2000  # rows of one batch: so many a person can still look through
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class BatchChange:
    """What somebody wants to change, and why.

    Attributes:
        field: one of `FIELDS`. value: a status, "yes" or "no" of a class, a text of the others.
        basis: what shows that a site is key, or special; of another status, the document it rests on, or
            empty.
        case: code of the criterion a special site meets, of the bureau's rules.
        why: the reason, kept with every row.
        dated: date of the document that `basis` names, as in 2026-02-10: with it the basis is kept as
            evidence of every site made special; without it these lack evidence. A change of status keeps it
            with its basis.
    """

    field: str
    value: str
    why: str
    basis: str = ""
    case: str = ""
    dated: str = ""


@dataclass(frozen=True, slots=True)
class Turned:
    """A site before and after."""

    before: Site
    after: Site


@dataclass(frozen=True, slots=True)
class Refused:
    """A site that cannot be changed so. "listed": the superior's key list in force names it."""

    site: Site
    why: Refusal


@dataclass(frozen=True, slots=True)
class Batch:
    """What a change would do to the chosen rows."""

    turned: tuple[Turned, ...]
    same: tuple[Site, ...]
    refused: tuple[Refused, ...]

    @property
    def marks(self) -> dict[str, str]:
        """Code → mark of each row that would change, as it stands before."""
        return {one.before.code: mark_of(one.before) for one in self.turned}


def plan_batch(
    sites: Sequence[Site],
    change: BatchChange,
    *,
    listed: Collection[str] = (),
    cases: Mapping[str, str] | None = None,
) -> Batch:
    """What the change makes of each chosen site.

    Args:
        listed: site or credit codes of the key list in force. cases: criteria of special sites, code → words.

    Raises:
        BatchReasonMissing: no reason. BatchValue: no such field, or the value does not fit it.
        BatchBasisMissing: a site is made key or special without saying by what. BatchTooLarge: too many rows.
    """
    new = _fields(change, cases or {})
    if len(sites) > MOST:
        raise BatchTooLarge(f"{len(sites)}", most=MOST)
    turned, same, refused = list[Turned](), list[Site](), list[Refused]()
    for site in sites:
        after = replace(site, **new)
        if _settled(site, change):
            same.append(site)
        elif change.field == "key" and change.value == NO and {site.code, site.credit_code} & set(listed):
            refused.append(Refused(site, "listed"))
        else:
            turned.append(Turned(site, after))
    return Batch(tuple(turned), tuple(same), tuple(refused))


def day_of(change: BatchChange) -> date | None:
    """The date of the document; None when it is no day, or left out."""
    try:
        return date.fromisoformat(change.dated.strip())
    except ValueError:
        return None


def moved(sites: Iterable[Site], marks: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of previewed rows that stand otherwise now, or are gone."""
    now = {site.code: mark_of(site) for site in sites}
    return tuple(code for code, mark in sorted(marks.items()) if now.get(code) != mark)


def mark_of(site: Site) -> str:
    """Short hash of all a row says, so that a later change of any field shows."""
    line = json.dumps(asdict(site), ensure_ascii=False, sort_keys=True)
    return sha256(line.encode()).hexdigest()[:16]


def _fields(change: BatchChange, cases: Mapping[str, str]) -> dict[str, Any]:
    if not change.why.strip():
        raise BatchReasonMissing
    value, basis = change.value.strip(), change.basis.strip()
    if change.field == "status":
        if value not in set(SiteStatus):
            raise BatchValue(value[:40], allowed="、".join(SiteStatus))
        _check_day(change)
        return {"status": SiteStatus(value)}
    if change.field in ("key", "special"):
        return _class(change, value, basis, cases)
    if change.field not in FIELDS or not value or len(value) > _LONGEST:
        raise BatchValue((value or change.field)[:40], allowed="、".join(FIELDS))
    return {change.field: value}


def _class(change: BatchChange, value: str, basis: str, cases: Mapping[str, str]) -> dict[str, Any]:
    if value not in (YES, NO):
        raise BatchValue(value[:40], allowed=f"{YES}、{NO}")
    yes = value == YES
    if yes and not basis:
        raise BatchBasisMissing("—")
    if change.field == "key":
        return {"key": yes, "class_basis": basis if yes else ""}
    if yes and cases and change.case not in cases:
        raise BatchValue(change.case[:40] or "—", allowed="、".join(cases.values()))
    if yes:
        _check_day(change)
    special_cases = (change.case,) if yes and change.case else ()
    return {"special": yes, "special_cases": special_cases, "special_evidence": basis if yes else ""}


def _check_day(change: BatchChange) -> None:
    if change.dated.strip() and day_of(change) is None:
        raise BatchValue(change.dated[:40], allowed="2026-02-10")


def _settled(site: Site, change: BatchChange) -> bool:
    """A class a site has already keeps the basis it stands on: no batch writes over that."""
    held: bool | str = getattr(site, change.field)
    wanted: bool | str = change.value == YES if isinstance(held, bool) else change.value.strip()
    return held == wanted
