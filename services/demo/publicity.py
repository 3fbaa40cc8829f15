"""What is handed over and told to the public: plans and draws at the start, results week by week."""

from collections.abc import Sequence

from policies.terms import Period
from services.demo.cast import Act
from services.demo.ceremony import known
from services.demo.stage import Stage
from services.usecases.publish_notice import publish_draw, publish_plan, publish_results
from services.usecases.upload_results import keep_receipt, make_upload
from services.visiting.visit_errors import NothingDue


async def publish_start(stage: Stage, acts: Sequence[Act], period: Period) -> None:
    """The plan of every bureau and the numbers of every draw; published again, nothing changes."""
    for bureau in dict.fromkeys(act.bureau for act in acts):
        await stage.do(bureau, "publisher", publish_plan, period.year)
    for act in acts:
        draw = await known(stage, act, str(period))
        await stage.do(act.bureau, "publisher", publish_draw, draw.draw_no)


async def close_week(stage: Stage, bureaus: Sequence[str], period: Period) -> None:
    """Upload file with its (simulated) receipt, then the notices, for what was accepted since."""
    for bureau in bureaus:
        try:
            made = await stage.do(bureau, "reviewer", make_upload, str(period))
        except NothingDue:
            continue
        number = f"MN{stage.clock.now():%Y%m%d}-{made.upload.sha256[:6]}"
        await stage.do(bureau, "reviewer", keep_receipt, made.upload.id, number)
        await stage.do(bureau, "publisher", publish_results, str(period))
