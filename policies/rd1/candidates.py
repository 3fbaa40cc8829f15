"""A frozen draw can never fail: every site that may be drawn keeps enough officers (protocol §1)."""

from collections.abc import Sequence

from policies.rd1.draw_errors import NoLead, TeamTooLarge, TooFewCandidates, TooFewForCrews, TooManyBanned


def banned_of(
    officers: Sequence[Sequence[int | str]], bans: Sequence[Sequence[str]]
) -> tuple[dict[str, int], dict[str, int]]:
    """Banned officers by site, those with cap > 0 only: ({uid: all}, {uid: leads})."""
    lead = {str(oid): bool(lead) for oid, lead, cap in officers if int(cap) > 0}
    everyone: dict[str, int] = {}
    leads: dict[str, int] = {}
    for oid, uid in bans:
        if oid in lead:
            everyone[uid] = everyone.get(uid, 0) + 1
            leads[uid] = leads.get(uid, 0) + lead[oid]
    return everyone, leads


def _check_crews(able: int, leads: int, team: int, crews: int) -> None:
    if leads < crews:
        raise TooFewForCrews(leads, what="lead", needed=crews)
    if able < crews * team:
        raise TooFewForCrews(able, what="officers", needed=crews * team)


def check_candidates(
    units: Sequence[Sequence[str]],
    officers: Sequence[Sequence[int | str]],
    bans: Sequence[Sequence[str]],
    team: int,
    crews: int,
    min_candidates: int,
) -> None:
    """Every drawable site keeps `min_candidates` officers and one lead; crews can be formed and spared.

    Raises:
        TeamTooLarge: min_candidates < team.
        TooFewForCrews: fewer than `crews` leads or crews·team officers with cap > 0.
        TooFewCandidates, NoLead, TooManyBanned: a site, named.
    """
    if min_candidates < team:
        raise TeamTooLarge(min_candidates, team=team)
    able = sum(int(cap) > 0 for _, _, cap in officers)
    leads = sum(int(cap) > 0 and bool(lead) for _, lead, cap in officers)
    if crews:
        _check_crews(able, leads, team, crews)
    banned, banned_leads = banned_of(officers, bans)
    for uid in (u for u, stratum in units if not stratum.startswith("-")):
        if able - banned.get(uid, 0) < min_candidates:
            raise TooFewCandidates(able - banned.get(uid, 0), uid=uid, needed=min_candidates)
        if leads - banned_leads.get(uid, 0) < 1:
            raise NoLead(0, uid=uid)
        if crews and banned.get(uid, 0) > crews - 1:
            raise TooManyBanned(banned[uid], uid=uid, limit=crews - 1)
