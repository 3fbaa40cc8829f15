"""Who keeps each roster, from the first import on: named by the head, confirmed by the keeper."""

from services.demo.stage import Stage
from services.keepers import keeping_of
from services.usecases.handover import hand_over, take_over


async def name_keepers(stage: Stage, bureaus: tuple[str, ...]) -> None:
    """The keeper of every bureau that draws; who is named already stays."""
    for bureau in bureaus:
        async with stage.acts(bureau, "keeper") as work:
            keeping, keeper = await keeping_of(work), work.principal.subject
        if keeping.keeper is None and keeping.open is None:
            async with stage.acts(bureau, "head") as work:
                await hand_over(work, keeper, "演示：名录建成后指定专人（模拟）")
        if keeping.keeper is None:
            async with stage.acts(bureau, "keeper") as work:
                waits = (await keeping_of(work)).open
                if waits is not None and waits.taker == keeper:
                    await take_over(work, waits.n)
