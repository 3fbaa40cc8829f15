"""What may be said of a site that ended."""

from datetime import date
from typing import ClassVar

from policies.errors import Language, Problem, Wording
from policies.terms import Site, SiteStatus

_ENDED = (SiteStatus.CLOSED, SiteStatus.MOVED)
LONGEST = 200


class BadEnd(Problem):
    """A word about the end of a site that cannot stand."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("去向不能登记：{field}", "{need}", "请更正后重新登记；没有保存任何内容。"),
        "en": Wording("The successor cannot be entered: {field}", "{need}", "Mend it; nothing was kept."),
    }


def check_end(site: Site, to: str, elsewhere: str, day: date, document: str, today: date) -> None:
    """Nothing, when a closed or moved site may be said to have gone on so.

    Args:
        to: code of a site of the same roster, "" for none. elsewhere: a place outside it.
        day: since when. document: what shows it.

    Raises:
        BadEnd: the site goes on; both or neither is named; itself; a day to come; no document.
    """
    if site.status not in _ENDED:
        raise BadEnd(site.status, field="status", need="closed / moved")
    if bool(to) == bool(elsewhere) or to == site.code:
        raise BadEnd(to or elsewhere or "—", field="successor", need="另一污染源的编码，或者名录之外的去向")
    if day > today:
        raise BadEnd(day, field="day", need=f"≤ {today}")
    if not document or max(len(document), len(elsewhere)) > LONGEST:
        raise BadEnd(document[:40] or "—", field="document", need=f"1–{LONGEST}")
