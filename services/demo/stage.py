"""The stage of the demonstration: the simulated clock, the progress lines, one transaction a step."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Concatenate, ParamSpec, TypeVar

from policies.terms import Principal
from services.clock import CHINA, SimulatedClock
from services.demo.cast import acting
from services.work import App, Work

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(slots=True)
class Stage:
    """What every chapter is handed.

    Attributes:
        app: the wiring; its clock is simulated.
        say: takes one line of progress.
    """

    app: App
    say: Callable[[str], None]

    @property
    def clock(self) -> SimulatedClock:
        """The simulated clock; the demonstration refuses to run on the machine's."""
        if not isinstance(self.app.clock, SimulatedClock):
            raise TypeError("the demonstration runs on a simulated clock")
        return self.app.clock

    def at(self, moment: datetime) -> datetime:
        """Move on to `moment`; a resumed story whose clock is later stays where it is."""
        return self.clock.set(max(moment, self.clock.now()))

    def desk(self, bureau: str, post: str) -> Principal:
        """A desk person, signed in just now."""
        return acting(bureau, post, self.clock.now())

    @asynccontextmanager
    async def acts(self, bureau: str, post: str, *, within: str | None = None) -> AsyncIterator[Work]:
        """One transaction of a desk person, in the own bureau or within one below it."""
        async with self.app.work(self.desk(bureau, post), bureau=within) as work:
            yield work

    async def do(
        self,
        bureau: str,
        post: str,
        use_case: Callable[Concatenate[Work, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run one use case as a desk person, in one transaction."""
        async with self.acts(bureau, post) as work:
            return await use_case(work, *args, **kwargs)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in China."""
    return datetime.combine(day, time(hour, minute), tzinfo=CHINA)
