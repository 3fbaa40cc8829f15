"""A bundle re-checked in numbered steps, for everyone. Nothing is kept."""

from dataclasses import dataclass
from typing import Any, Literal

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.params import MultipartBody

from services.api.contract import acts
from services.api.types import Out, show
from services.views.verification import check_bytes
from services.web.pages import language


@dataclass
class VerifyForm:
    """`bundle`: the published JSON. `trust`: keys of log and witnesses, best not from the same server."""

    bundle: UploadFile
    trust: UploadFile | None = None


class StepOut(Out):
    """One step: what it asks and what was found."""

    id: str
    words: str
    status: Literal["passed", "failed", "not_checked"]
    detail: str


class VerdictOut(Out):
    """VALID with a trust file and all steps passed; CONSISTENT without; INVALID when a step failed.

    `names` says which draw the bundle states it is; `assumes` what no software can know.
    """

    verdict: Literal["VALID", "CONSISTENT", "INVALID"]
    steps: list[StepOut]
    assumes: list[str]
    void: str
    late: bool | None
    over_caps: int
    names: dict[str, Any]
    trusted: bool


@acts("/verify", action="verify", status_code=200)
async def verify(request: Request[Any, Any, Any], data: MultipartBody[VerifyForm]) -> VerdictOut:
    """Verify a bundle, without any login; the command line does the same offline."""
    trust = (await data.trust.read()).decode("utf-8", "replace") if data.trust else None
    report = await check_bytes(await data.bundle.read(), trust, language(request))
    return show(report, VerdictOut)


routes = [verify]
