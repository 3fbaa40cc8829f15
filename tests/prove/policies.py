"""The policies of the migrated database, and every way in which one of them could be wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import asyncpg


@dataclass(frozen=True)
class Policy:
    """A row-security policy as the catalogue tells it."""

    table: str
    name: str
    kind: str
    roles: tuple[str, ...]
    verb: str
    using: str | None
    check: str | None

    def drop(self) -> str:
        return f"drop policy {self.name} on {self.table}"

    def create(self) -> str:
        using = f" using ({self.using})" if self.using else ""
        check = f" with check ({self.check})" if self.check else ""
        whom = f"as {self.kind} for {self.verb} to {', '.join(self.roles)}"
        return f"create policy {self.name} on {self.table} {whom}{using}{check}"


@dataclass(frozen=True)
class Mutant:
    """One fault: what it is called, the table it is in, the statements that make it."""

    what: str
    table: str
    sql: tuple[str, ...]


async def policies(db: asyncpg.Connection) -> list[Policy]:
    rows = await db.fetch(
        "select tablename, policyname, permissive, roles::text[], cmd, qual, with_check from pg_policies"
        " where schemaname = 'public' order by 1, 2"
    )
    return [Policy(*row[:3], tuple(row["roles"]), *row[4:]) for row in rows]


def mutants(kept: Iterable[Policy]) -> Iterator[Mutant]:
    """Every policy dropped, weakened in each part, plainly and in disguise, permissive, for everyone."""
    held = list(kept)
    for policy in held:
        yield Mutant(f"{policy.name} dropped", policy.table, (policy.drop(),))
        for what, other in _weaker(policy):
            yield Mutant(f"{policy.name} {what}", policy.table, (policy.drop(), other.create()))
    for table in sorted({policy.table for policy in held}):
        yield Mutant(f"{table} not forced", table, (f"alter table {table} no force row level security",))
        yield Mutant(f"{table} not secured", table, (f"alter table {table} disable row level security",))


def _weaker(policy: Policy) -> Iterator[tuple[str, Policy]]:
    for part in ("using", "check"):
        clause: Any = getattr(policy, part)
        if clause not in (None, "true") and not (part == "check" and _says_it_twice(policy)):
            yield f"{part} (true)", replace(policy, **{part: "true"})
            yield f"{part} (… or true)", replace(policy, **{part: f"({clause}) or true"})
    if policy.kind == "RESTRICTIVE":
        yield "made permissive", replace(policy, kind="PERMISSIVE")
    if policy.roles != ("public",):
        yield "for every role", replace(policy, roles=("public",))


def _says_it_twice(policy: Policy) -> bool:
    """Both parts ask the same of the transaction and nothing of the row: one alone holds as well."""
    return policy.using == policy.check and "bureau" not in str(policy.check)
