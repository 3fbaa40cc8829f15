"""Which jobs of the clock there are, and how often each runs."""

from services.clock import CHINA, today
from services.exchange.comparing import ask_again, compare_all
from services.jobs.checking import JOB, check_journal
from services.jobs.clockwork import ClockJob
from services.jobs.fetching import fetch_all
from services.jobs.heads import publish_head
from services.jobs.tidy import tidy
from services.notify.daily import tell_of_day
from services.work import App
from tenants.databases import Databases
from tenants.in_doubt import Settled
from tenants.rows import Json


def by_day(app: App) -> str:
    """The product's calendar day in China."""
    return today(app.clock).isoformat()


def by_minute(app: App) -> str:
    """The machine's minute."""
    return app.wall.now().astimezone(CHINA).isoformat(timespec="minutes")


def by_quarter_hour(app: App) -> str:
    """The machine's quarter of an hour: for what must go on while a simulated clock stands still."""
    now = app.wall.now().astimezone(CHINA)
    return now.replace(minute=now.minute // 15 * 15).isoformat(timespec="minutes")


async def _publish(app: App, bureau: str) -> Json:
    del bureau
    last = await app.log.publish()
    return {"size": last.size if last else 0}


async def _look_after(app: App, bureau: str) -> Json:
    """Finish what a crash left between two databases, and try those that were unavailable.

    Every bureau's administrators see what is kept of it: numbers, never the name of another one's database.
    """
    del bureau
    if not isinstance(app.database, Databases):  # one database: a crash leaves nothing between two
        return {"databases": 1}
    found = await app.database.look_after()
    settled = [one for one in found.values() if isinstance(one, Settled)]
    return {
        "databases": 1 + len(app.database.names),
        "unavailable": len(found) - len(settled),
        "committed": sum(one.committed for one in settled),
        "rolled_back": sum(one.rolled_back for one in settled),
    }


HEADS = ClockJob("journal.head", "公开操作日志头", "publish the journal's head", by_day, publish_head)
OF_BUREAU: tuple[ClockJob, ...] = (
    HEADS,
    ClockJob(JOB, "核对操作日志", "verify the journal", by_day, check_journal),
    ClockJob("notify", "每日提醒", "tell of the day", by_day, tell_of_day),
    ClockJob("exchange.ask", "追问回执", "ask for receipts", by_quarter_hour, ask_again),
    ClockJob("exchange.fetch", "收取其他系统的文件", "fetch files of other systems", by_day, fetch_all),
    ClockJob("exchange.compare", "与其他系统核对", "compare with other systems", by_day, compare_all),
    ClockJob("tidy", "清理过期数据", "forget what is too old", by_day, tidy),
)
OF_DEPLOYMENT: tuple[ClockJob, ...] = (
    ClockJob("databases", "照看各数据库", "look after the databases", by_minute, _look_after),
    ClockJob("log.publish", "签署公开日志", "sign the public log", by_quarter_hour, _publish),
)
