"""What everyone may check: approved choices, the rules each of them made, and the format of rule files."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from policies.rulebook.law_schema import schema
from services.api.contract import reads
from services.api.types import Bureau, Code, KeyInPath, Out, show
from services.web.depends import InPublic
from tenants.stores import public, public_choices


class PublishedChoice(Out):
    """An approved choice; who proposed and who approved it stays inside the bureau."""

    id: UUID
    bureau: Code
    key: str
    effective: date
    item: str
    subject: str
    value: Any
    basis: dict[str, Any]
    factors: dict[str, Any]
    approved_at: datetime | None
    revoked_at: datetime | None


@reads("/bureaus/{bureau:str}/rules/choices", action="rules.read")
async def list_rule_choices(public: InPublic, bureau: Bureau) -> list[PublishedChoice]:
    """Approved choices of a bureau by key and day, those of the past and the future included."""
    await _known(public, bureau)
    return [show(one, PublishedChoice) for one in await public_choices.public_choices(public, bureau)]


@reads("/bureaus/{bureau:str}/rules/choices/{choice:uuid}/composed", action="rules.read")
async def get_composed_rules(public: InPublic, bureau: Bureau, choice: KeyInPath) -> dict[str, Any]:
    """The whole rules an approval made.

    SHA-256 over the RFC 8785 form of this answer is `h` of a `rules` entry in the public log.
    """
    return await public_choices.public_composed(public, bureau, choice)


@reads("/rules/schema", action="public.read", public_cache="public, max-age=3600")
async def get_rules_schema() -> dict[str, Any]:
    """JSON Schema of rule files and choices; the same as docs/rules.schema.json."""
    return schema()


async def _known(db: InPublic, bureau: str) -> None:
    await public.public_bureau(db, bureau)


routes = [list_rule_choices, get_composed_rules, get_rules_schema]
