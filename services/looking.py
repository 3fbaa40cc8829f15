"""Break-glass: the read is written into the bureau's journal before anything is read.

The note is a unit of work of its own, and committed: the look itself runs READ ONLY and could not write it,
and a look that fails afterwards was tried all the same. The request is asked again in that unit, so a look
that was ended a moment ago reads nothing more.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from policies.access_glass import GLASS, Glass, GlassOver, looking
from policies.terms import Principal
from services.clock import CHINA
from tenants import journal
from tenants.databases import Databases
from tenants.scope import Scope
from tenants.session import Database
from tenants.stores import glass, members
from tenants.stores.superior_reads import READER

if TYPE_CHECKING:
    from services.work import App

LONGEST = 300
UNNAMED = "glass.look"  # a read nobody named: still a read


def name_read(principal: Principal, action: str, target: str) -> None:
    """Say what a person who looks is about to read; the journal tells it in these words."""
    if looking(principal):
        principal.extra.update(action=action, target=target[:LONGEST])


async def held(control: Databases | Database, subject: str, id: UUID, now: datetime) -> Glass | None:
    """The person's own request if it is open now and the role it was asked in still holds; else None."""
    async with control.unit(Scope.login(subject), read_only=True) as db:
        found = next((one for one in await glass.of_subject(db, subject) if one.id == id), None)
        if found is None or found.state(now) != "open":
            return None
        roles = await members.of_subject(db, subject, now.astimezone(CHINA).date())
    asked_as = found.asker_bureau, found.asker_role
    return found if any((m.bureau, m.role) == asked_as for m in roles) else None


async def note_look(app: "App", principal: Principal) -> None:
    """Write what is about to be read into the journal of the bureau that is looked at.

    One request that reads in several transactions is one read.

    Raises:
        GlassOver: the request is not open any more; nothing was read.
    """
    told = principal.extra
    if told.get("noted"):
        return
    found = await held(app.database, principal.subject, _number(looking(principal)), app.clock.now())
    if found is None or found.bureau != principal.bureau:
        raise GlassOver
    scope = Scope.own(principal.bureau, principal.subject)
    async with app.database.unit(scope) as db:
        await journal.note(
            db,
            scope,
            actor=principal,
            action=told.get("action", UNNAMED),
            target=told.get("target", ""),
            why=found.reason,
            after={GLASS: str(found.id), READER: found.asker_bureau, "roles": sorted(principal.roles)},
            at=app.clock.now(),
        )
    told["noted"] = "yes"


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:  # the role alone, without a request: nobody lent it
        raise GlassOver from None
