"""A county whose rules make the platform's draw the one that counts, and lists as the platform would send."""

from datetime import date

from services.sheets.writer import write_csv
from services.work import App
from tenants.rows import RuleChoice
from tenants.scope import Scope
from tenants.stores import choices

from . import ceremony as c

COUNTY, CITY = "411721", "411700"
BATCH = "HN2026Q1-0007"
PICKS = {0: (0, 3), 5: (4, 5), 12: (6, 7), 20: (8, 9), 3: (10, 11)}  # number of a site → numbers of officers


async def by_platform(
    app: App, bureau: str = COUNTY, value: str = "platform", since: date = date(2025, 12, 1)
) -> None:
    """The rule is chosen, as two people would have chosen it."""
    basis = {
        "text": "试点通知",
        "clause": "一",
        "mark": "stated",
        "checked_on": "2025-12-01",
        "sentence": "试点期间以平台抽取为准。",
    }
    row = RuleChoice(
        bureau=bureau,
        key="draw.authority",
        effective=since,
        value=value,
        basis=basis,
        factors={},
        proposed_by="one",
        approved_by="two",
        at=app.clock.now(),
    )
    async with app.database.unit(Scope.own(bureau, "two")) as db:
        await choices.put(db, Scope.own(bureau, "two"), row)


def code(n: int, county: str = COUNTY) -> str:
    return f"{county}S{n:04d}"


def certificate(n: int, bureau: str = COUNTY) -> str:
    return f"{bureau}{n:04d}"


def listed(picks: dict[int, tuple[int, ...]] = PICKS, batch: str = BATCH, county: str = COUNTY) -> bytes:
    """A list as csv."""
    rows = [
        [code(n, county), f"模拟企业{n}", "、".join(certificate(o, county) for o in team), batch]
        for n, team in picks.items()
    ]
    return sheet(rows)


def sheet(rows: list[list[str]]) -> bytes:
    return write_csv(("污染源编码", "单位名称", "执法证号", "批次号"), rows)


def drawer(app: App, bureau: str = COUNTY):
    return c.acting(app, bureau, "drawer")
