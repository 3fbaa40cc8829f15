"""Whose draw counts for a bureau, and what cannot be asked of the platform's. Basis: obligation 21."""

from collections.abc import Sequence

from policies.rulebook.rules import Rules
from policies.terms import Period
from services.drawing.draw_errors import BadOrder
from services.drawing.external_errors import ImportUnchecked, NotVerifiable, OwnDecides, PlatformDecides
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.external_rows import PlatformList
from tenants.records import PublicDraw
from tenants.rows import Draw
from tenants.stores import platform_lists

KEY = "draw.authority"


async def refuse_platform(work: Work, subject: str, item: str, period: str) -> None:
    """Refuse a draw of ours where the rules of today make the platform's the one that counts.

    Raises:
        PlatformDecides: with the citation of the rule.
    """
    value = (await rules_for(work, work.scope.bureau, subject=subject, item=item)).value(KEY)
    if value.value != "own":
        raise PlatformDecides(value.value, basis=value.basis.cite(), period=period)


async def platform_rules(work: Work, subject: str, item: str) -> Rules:
    """The rules of a bureau that takes the platform's draw over.

    Raises:
        OwnDecides: our own draw counts, with the citation of the rule.
    """
    rules = await rules_for(work, work.scope.bureau, subject=subject, item=item)
    value = rules.value(KEY)
    if value.value != "platform":
        raise OwnDecides(value.value, basis=value.basis.cite())
    return rules


def named_period(work: Work, subject: str, kind: str, period: str) -> Period:
    """The period, when kind and subject fit: a routine draw is over the own roster, others over one below.

    Raises:
        BadOrder: no such period or kind, or a roster that is not the bureau's to draw from.
    """
    routine = subject == work.scope.bureau
    if kind not in ("routine", "overlay", "audit") or subject not in work.scope.visible:
        raise BadOrder(f"{kind} {subject}")
    if (kind == "routine") != routine:
        raise BadOrder(f"{kind} {subject}")
    try:
        return Period.parse(period)
    except ValueError:
        raise BadOrder(period[:20]) from None


async def refuse_unchecked(work: Work, draw: Draw) -> None:
    """Nobody is sent out by a list that one person alone brought in.

    Of our own draws the proof speaks. A list taken over has none: whoever imports it could change it first.
    So another person hands the platform's list in once more (`compare_platform`), and it must be equal.

    Raises:
        ImportUnchecked: nobody did yet, or the lists differ.
    """
    if draw.authority != "platform":
        return
    if not checked(await platform_lists.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)):
        raise ImportUnchecked(draw.draw_no)


def checked(lists: Sequence[PlatformList]) -> bool:
    """Among the lists of a draw is one, handed in apart from the import, that was equal."""
    return any(one.verdict == "equal" for one in lists)


def refuse_external(draw: Draw | PublicDraw) -> None:
    """Refuse what needs a manifest, a bundle or a log entry. Raises NotVerifiable for the platform's draw."""
    if draw.authority == "platform":
        raise NotVerifiable(draw.draw_no)
