"""The named keeper of a bureau's roster (专人): who confirmed taking it over, and still keeps it.

Basis: 西环〔2024〕3号, obligation 11: 指定专人负责数据库的建设、运行维护、信息录入和信息更新工作.
"""

from dataclasses import dataclass

from services.work import Work
from tenants.role_rows import Handover
from tenants.stores import handovers, members


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who keeps the roster, and how it came to that.

    Attributes:
        keeper: the confirmed handover whose taker keeps it today; None = nobody does.
        open: one that waits for its taker. past: the other settled ones, the latest first.
        able: subject → name of who is registry keeper today.
    """

    keeper: Handover | None
    open: Handover | None
    past: tuple[Handover, ...]
    able: dict[str, str]

    def gives(self, subject: str, *, head: bool) -> str:
        """The role in which a person may hand over now: "registry_keeper", "bureau_head", or ""."""
        if self.keeper is not None:
            return "registry_keeper" if self.keeper.taker == subject else ""
        return "bureau_head" if head else ""


async def keeping_of(work: Work, bureau: str = "") -> Keeping:
    """As of today; asked where the bureau lives. The caller has asked the matrix."""
    whose = bureau or work.scope.bureau
    rows = await handovers.of_bureau(await work.at(whose), work.scope, whose)
    held = await members.in_bureau(work.control, work.scope, whose, work.today)
    able = {m.subject: m.name for m in held if m.role == "registry_keeper"}
    last = next((one for one in rows if one.confirmed_by is not None), None)
    keeper = last if last is not None and last.taker in able else None
    waits = next((one for one in rows if one.open), None)
    return Keeping(keeper, waits, tuple(one for one in rows if one not in (keeper, waits)), able)
