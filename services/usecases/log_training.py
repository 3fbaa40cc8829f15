"""The training log: who was trained, when, on what, how long, and the paper it ended with.

Basis: obligation 32; what a row holds is our own form.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from policies.errors import Missing
from policies.roster.day_errors import BadTraining
from policies.roster.officer_days import LONGEST_REMARK, check_training
from services.ruling.rule_choice_errors import FieldMissing
from services.work import Work
from tenants import journal
from tenants.officer_rows import Training
from tenants.stores import officer_trainings, officers

MOST = 200  # officers of one training


async def log_training(
    work: Work,
    certificates: Sequence[str],
    day: date,
    topic: str,
    minutes: int,
    *,
    organiser: str = "",
    document: str = "",
) -> tuple[Training, ...]:
    """Log one training of some officers, one row each.

    Raises:
        Missing: an officer that is not there. BadTraining: nobody, a day to come, no topic, a length that
            cannot be.
    """
    work.require("officer.keep")
    names = tuple(dict.fromkeys(certificates))
    if not 0 < len(names) <= MOST:
        raise BadTraining(len(names), need={"zh": "1 至 200 名执法人员", "en": "1 to 200 officers"})
    words = (topic.strip(), organiser.strip(), document.strip())
    check_training(day, words[0], words[1], minutes, words[2], today=work.today)
    known = {one.certificate for one in await officers.all_of(work.db, work.scope, work.scope.bureau)}
    for name in names:
        if name not in known:
            raise Missing(name[:60], what="执法人员")
    made = tuple(_row(work, name, day, words, minutes) for name in names)
    await officer_trainings.keep(work.db, work.scope, made)
    facts = {"day": day.isoformat(), "topic": words[0], "minutes": minutes, "officers": list(names)}
    await _note(work, facts, None, "")
    return made


async def withdraw_training(work: Work, id: UUID, why: str) -> Training:
    """Withdraw a row that was a mistake; it stays in sight, struck out.

    Raises:
        Missing: no such row. WrongState: withdrawn already. FieldMissing: no reason.
    """
    work.require("officer.keep")
    if not 0 < len(why.strip()) <= LONGEST_REMARK:
        raise FieldMissing(why[:40], field="理由", need=f"撤销的理由，最多 {LONGEST_REMARK} 字")
    row = await officer_trainings.get(work.db, work.scope, id)
    await officer_trainings.withdraw(work.db, work.scope, id, work.now, why.strip())
    facts = {"day": row.day.isoformat(), "topic": row.topic, "officers": [row.certificate]}
    await _note(work, facts | {"withdrawn": True}, facts | {"withdrawn": False}, why.strip())
    return await officer_trainings.get(work.db, work.scope, id)


def _row(work: Work, certificate: str, day: date, words: tuple[str, str, str], minutes: int) -> Training:
    topic, organiser, document = words
    return Training(
        bureau=work.scope.bureau,
        id=uuid4(),
        certificate=certificate,
        day=day,
        topic=topic,
        organiser=organiser,
        minutes=minutes,
        document=document,
        at=work.now,
        by=work.principal.subject,
    )


async def _note(work: Work, after: dict[str, object], before: dict[str, object] | None, why: str) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="officer.keep",
        target=f"officers/{work.scope.bureau}/training",
        why=why,
        before=before,
        after=after,
        at=work.now,
    )
