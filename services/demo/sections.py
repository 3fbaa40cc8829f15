"""Two sections of a county hand in their part of the roster; the lists disagree and wait for the keeper.

Who supplies which part is entered as a document, as any bureau enters its own. All of it is
made up.
"""

from datetime import timedelta

from services.clock import today
from services.demo.rosters import SEED, SITES
from services.demo.site_rows import site_rows
from services.demo.stage import Stage
from services.ruling.roster_form import roster_form
from services.ruling.rule_proposals import Proposal
from services.sheets import fill_template
from services.usecases.merge_parts import open_merge
from services.usecases.roster_sections import list_submissions, submit_part
from services.usecases.state_text import approve_text, propose_text
from tenants.stores import choices

COUNTY = "411721"
DOCUMENT = "5ec710150000000000000000000000de"
SECTIONS = {"review": "环评科", "squad": "执法中队"}
SAID = {"review": "技改后新增一条生产线", "squad": "另有一条备用生产线"}
ROWS = 4  # sites each list names


async def merge_once(stage: Stage) -> None:
    """The document approved, both lists handed in, the comparison opened; nothing is merged yet."""
    await _document(stage)
    async with stage.acts(COUNTY, "keeper") as work:
        if not await list_submissions(work):
            layout = (await roster_form(work)).layout
            every = [row for row in site_rows(SITES[COUNTY], SEED) if row["site_class"] == "一般"][:ROWS]
            parts = []
            for section, words in SAID.items():
                rows = [{**every[0], "products": f"{every[0]['products']}，{words}"}, *every[1:]]
                name = f"{SECTIONS[section]}报送名单（模拟）.xlsx"
                parts.append((await submit_part(work, section, fill_template(layout, rows), name)).id)
            await open_merge(work, parts)
    stage.say(f"  {COUNTY}：两个科室报送名单，一处写法不同，待名录管理员选定")


async def _document(stage: Stage) -> None:
    async with stage.acts(COUNTY, "admin") as work:
        kept = await choices.all_of(work.db, work.scope, COUNTY)
        mine = [one for one in kept if one.basis.get("document") == DOCUMENT]
        if not mine:
            await propose_text(work, [_proposal(stage)])
    if not mine or mine[0].state == "proposed":
        await stage.do(COUNTY, "head", approve_text, DOCUMENT)


def _proposal(stage: Stage) -> Proposal:
    day = today(stage.clock)
    return Proposal(
        key="roster.sections",
        value=SECTIONS,
        effective=day,
        published=day - timedelta(1),
        text="模拟：西平分局名录分工通知",
        clause="演示用",
        note="演示：两个科室各报送一部分名录",
        document=DOCUMENT,
    )
