"""Many sites changed at once through the API: as shown, once, undone as one step."""

import pytest

from services.demo.site_rows import site_rows

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"
KEEPER, STRANGER = f"{s.COUNTY}-keeper", "150203-keeper"


@pytest.fixture(scope="module", autouse=True)
async def rosters(api: Api) -> None:
    await s.rosters(api)


async def test_a_batch_is_taken_as_shown_and_only_then(api: Api) -> None:
    codes = [row["code"] for row in site_rows(s.SITES, s.SEED)][:2]
    wish = {"field": "authority", "value": "新的机关", "why": "机关更名"}
    seen = await api.post(KEEPER, f"{DESK}/site-batches/preview", wish | {"codes": [*codes, "nobody"]})
    assert set(seen["rows"]) == set(codes) and not seen["same"] and not seen["refused"]
    done = await api.post(KEEPER, f"{DESK}/site-batches", wish | {"rows": seen["rows"]})
    assert done["changed"] == 2
    assert (await api.get(KEEPER, f"{DESK}/sites/{codes[0]}"))["authority"] == "新的机关"
    late = await api.as_(KEEPER).post(f"{DESK}/site-batches", json=wish | {"rows": seen["rows"]})
    assert late.status_code == 409 and late.json()["code"] == "BatchMoved" and codes[0] in late.text
    undone = await api.post(KEEPER, f"{DESK}/imports/{done['batch']}/undo", {"why": "改错"})
    assert undone["restored"] == 2
    stranger = await api.as_(STRANGER).post(f"{DESK}/site-batches", json=wish | {"rows": seen["rows"]})
    assert stranger.status_code == 404
    bad = await api.as_(KEEPER).post(
        f"{DESK}/site-batches/preview", json=wish | {"field": "name", "codes": codes}
    )
    assert bad.status_code == 422 and bad.json()["code"] == "BatchValue"
