"""Special sites and what shows it: of one site, and of a whole roster."""

from dataclasses import dataclass
from datetime import date

from policies.roster.evidence import Criterion
from policies.roster.gaps import EVIDENCE
from policies.terms import Site, SiteStatus, Stratum
from services.usecases.site_evidence import criteria_of
from services.views.desk import Here, here
from services.work import Work
from tenants.evidence_rows import Evidence
from tenants.stores import evidence, sites

PAGE = 50


@dataclass(frozen=True, slots=True)
class EvidenceFace:
    """What the page of a site shows.

    Attributes:
        records: newest first, withdrawn ones too. criteria: those a new record may name.
        own: the roster is the one acted for, so it may be changed.
    """

    site: Site
    records: tuple[Evidence, ...]
    criteria: tuple[Criterion, ...]
    today: date
    own: bool

    @property
    def standing(self) -> tuple[Evidence, ...]:
        """Records that count today."""
        return tuple(one for one in self.records if one.stands(self.today))

    @property
    def evidenced(self) -> frozenset[str]:
        """The site's code when a record stands, for the count of gaps."""
        return frozenset({self.site.code} if self.standing else ())

    @property
    def cases(self) -> dict[str, str]:
        """Key → words."""
        return {one.key: one.words for one in self.criteria}


@dataclass(frozen=True, slots=True)
class SpecialSites:
    """A page of the special sites of a roster that are in production or suspended.

    Attributes:
        special: how many there are. lacking: how many without standing evidence. only: show just these.
        faces: by code; `next` is the cursor after them, "" on the last page.
    """

    here: Here
    special: int
    lacking: int
    only: bool
    faces: tuple[EvidenceFace, ...]
    criteria: tuple[Criterion, ...]
    next: str


async def evidence_face(work: Work, bureau: str, site: Site) -> EvidenceFace:
    """Of one site of a visible bureau; the caller asked the matrix."""
    found = await evidence.of_sites(work.db, work.scope, bureau, [site.code])
    return EvidenceFace(
        site,
        found.get(site.code, ()),
        await criteria_of(work, bureau),
        work.today,
        bureau == work.scope.bureau,
    )


async def special_sites(work: Work, bureau: str = "", *, only: bool = False, after: str = "") -> SpecialSites:
    """A page of the special sites. Raises Stranger for a bureau out of sight."""
    whose = bureau or work.scope.bureau
    faces = await special_faces(work, whose, only=only, after=after, most=PAGE + 1)
    shown = faces[:PAGE]
    special, lacking = await evidence.counts(work.db, work.scope, whose, work.today)
    following = shown[-1].site.code if len(faces) > PAGE else ""
    known = await criteria_of(work, whose)
    return SpecialSites(await here(work, whose), special, lacking, only, shown, known, following)


async def special_faces(
    work: Work, bureau: str, *, only: bool = False, after: str = "", most: int
) -> tuple[EvidenceFace, ...]:
    """Special sites in production or suspended after a code, by code. Raises Stranger.

    Args:
        only: just those without standing evidence. most: how many at most.
    """
    work.require("site.read", bureau=bureau)
    rows = await _live(work, bureau, only, after, most)
    found = await evidence.of_sites(work.db, work.scope, bureau, [one.code for one in rows])
    known, own = await criteria_of(work, bureau), bureau == work.scope.bureau
    return tuple(EvidenceFace(one, found.get(one.code, ()), known, work.today, own) for one in rows)


async def _live(work: Work, bureau: str, only: bool, after: str, most: int) -> list[Site]:
    """Closed and moved sites are passed over."""
    found: list[Site] = []
    while len(found) < most:
        rows = await sites.listing(
            work.db, work.scope, bureau, stratum=Stratum.SPECIAL, lacking=EVIDENCE if only else "",
            on=work.today, after=after, limit=most,
        )  # fmt: skip
        found += [one for one in rows if one.status in (SiteStatus.ACTIVE, SiteStatus.SUSPENDED)]
        if len(rows) < most:
            break
        after = rows[-1].code
    return found[:most]
