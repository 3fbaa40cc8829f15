"""Last chapter: nothing outstanding, every draw is opened, cosigned and verified from its own files."""

from collections.abc import Sequence
from datetime import date

from policies.rd1.logs import parse_trust
from policies.rd1.record import read_bundle
from policies.terms import Period
from policies.verify import Verdict, verify
from services.demo.cast import BUREAUS, SUPERIOR, Act
from services.demo.ceremony import cosign, known
from services.demo.stage import Stage, moment
from services.drawing.bundle import Published
from services.jobs.catalogue import HEADS
from services.jobs.clockwork import run_if_due
from services.usecases.open_draw import open_draw, publish_bundle


async def open_all(stage: Stage, acts: Sequence[Act], period: Period) -> None:
    """Open the draws after the period, each verified with its trust file."""
    stage.at(moment(date(period.year, 4, 1), 9))
    for bureau in BUREAUS:  # the day's heads, before the witnesses sign for the last time
        await run_if_due(stage.app, HEADS, bureau.code)
    for act in acts:
        draw = await known(stage, act, str(period))
        if draw.state == "drawn":
            await stage.do(act.bureau, "drawer", open_draw, draw.draw_no)
            await cosign(stage, SUPERIOR[act.bureau])
        done = await published(stage, act, draw.draw_no)
        stage.say(f"  {act.name}：{check(done).verdict}")


async def published(stage: Stage, act: Act, draw_no: int) -> Published:
    """Bundle and trust file of an opened draw, written anew."""
    return await publish_bundle(stage.app, stage.desk(act.bureau, "drawer"), draw_no)


def check(files: Published) -> Verdict:
    """The verdict from the two files alone, as anyone would reach it."""
    trust = parse_trust(files.trust.read_text(encoding="utf-8"))
    return verify(read_bundle(files.bundle.read_bytes()), trust)
