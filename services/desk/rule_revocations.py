"""Revoking one approved choice before its day: asked for, then approved by another person or turned down."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from services.desk.forms import words_of
from services.usecases.revoke_rule import approve_revocation, propose_revocation, withdraw_revocation
from services.web.depends import InWork
from services.work import Work
from tenants.stores import revocations

Form = URLEncodedBody[dict[str, str]]


@post("/desk/rules/choices/{choice:uuid}/revoke", action="rules.choose", status_code=303)
async def ask(work: InWork, choice: FromPath[UUID], data: Form) -> Redirect:
    """The choice stays approved until another person agrees."""
    await propose_revocation(work, [choice], words_of(data, "why"))
    return _back(choice)


@post("/desk/rules/choices/{choice:uuid}/revoke/approve", action="rules.approve", status_code=303)
async def approve(work: InWork, choice: FromPath[UUID]) -> Redirect:
    """The choice never takes effect; the rules without it enter the public log."""
    await approve_revocation(work, await _asked(work, choice))
    return _back(choice)


@post("/desk/rules/choices/{choice:uuid}/revoke/withdraw", action="rules.choose", status_code=303)
async def keep(work: InWork, choice: FromPath[UUID], data: Form) -> Redirect:
    """The choice takes effect as approved."""
    await withdraw_revocation(work, await _asked(work, choice), words_of(data, "why"))
    return _back(choice)


async def _asked(work: Work, choice: UUID) -> list[UUID]:
    """The open revocation of a choice; the choice's own id when there is none, which is then Missing."""
    kept = await revocations.all_of(work.db, work.scope, work.scope.bureau)
    return [one.id for one in kept if one.choice == choice and one.state == "proposed"] or [choice]


def _back(choice: UUID) -> Redirect:
    return Redirect(f"/desk/rules/choices/{choice}", status_code=303)


routes = [ask, approve, keep]
