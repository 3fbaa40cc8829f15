"""What the pages of ratings and complaints show, at the desk and above it."""

from typing import Any

from policies.visiting.voices import FEWEST, LONGEST_ANSWER, POINTS
from services.usecases.read_voices import read_voices
from services.views.desk import here, periods_of
from services.work import Work


async def voices_face(work: Work, period: str, district: str = "") -> dict[str, Any]:
    """Everything of the page of one bureau. `district`: one below, for the superior who reads."""
    shown, known = await periods_of(work, period, district)
    found = await read_voices(work, shown, district)
    return {
        "here": await here(work, district),
        "voices": found,
        "period": shown,
        "known": known,
        "district": district,
        "points": POINTS,
        "fewest": FEWEST,
        "most": LONGEST_ANSWER,
    }
