"""The six bureaus of the demonstration and small records to keep in them."""

from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Bureau, Officer, Principal, Site, SiteKind, SiteStatus
from tenants.scope import Scope
from tenants.session import enter
from tenants.stores import bureaus, changes

AT = datetime(2025, 12, 25, 2, 0, tzinfo=UTC)
COUNTY, CITY, PROVINCE = "411721", "411700", "410000"
OTHER, OTHER_CITY = "150203", "150200"
BUREAUS = (
    Bureau("410000", "河南省生态环境厅", "province"),
    Bureau("411700", "驻马店市生态环境局", "city", "410000"),
    Bureau("411721", "驻马店市生态环境局西平分局", "county", "411700"),
    Bureau("150000", "内蒙古自治区生态环境厅", "province"),
    Bureau("150200", "包头市生态环境局", "city", "150000"),
    Bureau("150203", "包头市生态环境局昆都仑区分局", "county", "150200"),
)
county = Scope.own(COUNTY, "drawer-411721")
other = Scope.own(OTHER, "drawer-150203")
city = Scope(CITY, (CITY, COUNTY), "auditor-411700")


async def put_bureaus(db: AsyncConnection) -> None:
    for bureau in BUREAUS:
        await bureaus.put(db, bureau)


def principal(scope: Scope, subject: str | None = None) -> Principal:
    return Principal(subject or scope.subject, "某某", scope.bureau, frozenset({"drawer"}))


def site(n: int, **changes) -> Site:
    base = {
        "code": f"S{n:05d}",
        "name": f"模拟企业{n}",
        "credit_code": "91411721MA0000000X",
        "kind": SiteKind.UNIT,
        "key": n % 10 == 0,
        "special": n % 25 == 0,
        "status": SiteStatus.ACTIVE,
        "address": "模拟路1号",
        "site_address": "模拟路1号",
        "division": "411721",
        "lon": 114.02 + n / 100000,
        "lat": 33.38,
        "datum": "CGCS2000",
        "industry": "2611",
        "pollution": ("废气", "废水"),
    }
    return Site(**{**base, **changes})


def officer(n: int, **changes) -> Officer:
    base = {
        "certificate": f"1620{n:04d}",
        "name": f"模拟人员{n}",
        "unit": "执法大队",
        "valid_until": date(2027, 12, 31),
        "lead": n % 2 == 0,
        "on_post": True,
        "leave": ((date(2026, 1, 5), date(2026, 1, 9)),) if n == 3 else (),
        "recusals": ("S00001",) if n == 4 else (),
    }
    return Officer(**{**base, **changes})


async def approved_change(db: AsyncConnection, draw_no: int = 1, events: int = 1) -> None:
    """A change of the county's draw, proposed by one person and approved by another."""
    for scope in (Scope.own(COUNTY, "dispatcher"), Scope.own(COUNTY, "head")):
        await enter(db, scope)
        if scope.subject == "dispatcher":
            proposal = await changes.keep(db, scope, draw_no, 1, b"sealed", 0, AT)
        else:
            await changes.approve(db, scope, proposal, events, AT)
    await enter(db, county)
