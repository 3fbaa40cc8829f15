"""Every special site of the demonstration gets a dated (made up) document; a second time nothing is added."""

from datetime import date, timedelta

from policies.roster.evidence import NewEvidence
from services.demo.stage import Stage
from services.usecases.site_evidence import enter_evidence
from services.views.evidence import EvidenceFace, special_faces

_MOST = 500
_TOGETHER = 4  # sites that one document names


async def give_evidence(stage: Stage, bureau: str) -> None:
    """Enter documents for the special sites that have none, as the registry keeper."""
    async with stage.acts(bureau, "keeper") as work:
        faces = await special_faces(work, bureau, only=True, most=_MOST)
        today = work.today
    parts = [faces[start : start + _TOGETHER] for start in range(0, len(faces), _TOGETHER)]
    for n, some in enumerate(parts, 1):
        await stage.do(
            bureau, "keeper", enter_evidence, [one.site.code for one in some], _document(n, some[0], today)
        )


def _document(n: int, face: EvidenceFace, today: date) -> NewEvidence:
    known = [one.key for one in face.criteria]
    held = [case for case in face.site.special_cases if case in known]
    criterion = (held or known or ["演示情形"])[0]
    document = f"演示·检查情况通报第 {n} 号（模拟）"
    return NewEvidence(criterion, document, today - timedelta(days=20 * n), "演示数据（模拟）")
