"""Made-up pictures of fictional visits: a drawn yard, a scribbled name. Nothing of them is real."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from policies.visiting.files import FileFacts
from services.usecases.keep_file import keep_file, pick
from services.visiting.visit_forms import VisitForm
from services.work import Work

_WIDE, _HIGH = 480, 320
_SKY, _GROUND, _WALL, _ROOF, _INK = "#cfe3ea", "#b9b29a", "#e8e2d2", "#8a5a44", "#1d2b3a"


async def take_photos(work: Work, draw_no: int, slot: int, form: VisitForm, lead: str) -> tuple[str, ...]:
    """A photo of each problem and the two signatures, kept as a phone would send them; returns the hashes."""
    at, found = form.started_at + timedelta(minutes=20), []
    for n, order in enumerate(form.orders):
        words = form.answers[order.item][1]
        when = min(at + timedelta(minutes=n), form.ended_at)
        found.append((photo(f"{draw_no}/{slot}/{n}", when), FileFacts("photo", when, words, fix=form.fix)))
    if form.orders:
        for by, name in ((lead, "检查人（模拟）"), ("enterprise", "企业陪同人员（模拟）")):
            facts = FileFacts("signature", form.ended_at, name, by)
            found.append((signature(f"{draw_no}/{slot}/{by}"), facts))
    hashes = []
    for data, facts in found:
        given = await pick(data, sha256(data).hexdigest())
        hashes.append((await keep_file(work, draw_no, slot, given, facts)).sha256)
    return tuple(hashes)


def photo(seed: str, at: datetime) -> bytes:
    """A drawn plant under a sky, the moment in a corner; JPEG."""
    dice, picture = Random(seed), Image.new("RGB", (_WIDE, _HIGH), _SKY)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 210, _WIDE, _HIGH), fill=_GROUND)
    for _ in range(3):
        left, high = dice.randrange(20, 340), dice.randrange(60, 120)
        pen.rectangle((left, 220 - high, left + 110, 235), fill=_WALL, outline=_INK)
        pen.polygon([(left, 220 - high), (left + 55, 190 - high), (left + 110, 220 - high)], fill=_ROOF)
        pen.rectangle((left + 80, 150 - high, left + 92, 225 - high), fill=_INK)
    pen.text((12, _HIGH - 26), f"SIMULATED  {at:%Y-%m-%d %H:%M}", fill=_INK)
    return _bytes(picture, "JPEG")


def signature(seed: str) -> bytes:
    """A scribble; PNG."""
    dice, picture = Random(seed), Image.new("RGB", (360, 140), "white")
    points = [(20 + n * 16, 70 + dice.randrange(-45, 45)) for n in range(20)]
    ImageDraw.Draw(picture).line(points, fill=_INK, width=3, joint="curve")
    return _bytes(picture, "PNG")


def _bytes(picture: Image.Image, form: str) -> bytes:
    out = BytesIO()
    more: Mapping[str, Any] = {"quality": 80} if form == "JPEG" else {"optimize": True}
    picture.save(out, form, **more)
    return out.getvalue()
