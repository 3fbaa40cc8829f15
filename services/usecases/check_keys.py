"""Is each bureau's present key its own? And, where the own one is lost for good, take another one.

Basis: our own design; a key that was exchanged by mistake seals lists nobody can open any more.
"""

from dataclasses import dataclass
from typing import Any

from policies.errors import Problem
from services.usecases.rewrap_keys import operator
from services.work import App
from tenants import journal
from tenants.errors import NoKey
from tenants.key_checks import CheckedKeys
from tenants.sealed import share_keys


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """What was found of a bureau's key.

    Attributes:
        provider: kind of who keeps it now. version: its name there, "" where it is not right.
        problem: what is wrong, None when it is the bureau's own.
        used: False where nothing was ever sealed: there is nothing to compare with, and no key is made.
    """

    bureau: str
    provider: str
    version: str = ""
    problem: Problem | None = None
    used: bool = True

    @property
    def ok(self) -> bool:
        """Whether the bureau can seal."""
        return self.problem is None

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        problem = self.problem.code if self.problem else None
        return {
            "bureau": self.bureau,
            "provider": self.provider,
            "ok": self.ok,
            "used": self.used,
            "version": self.version,
            "problem": problem,
        }


async def check_key(app: App, bureau: str) -> KeyCheck:
    """Try the present key; the first time, keep its check value. Nothing that is sealed is opened.

    Raises:
        BureauUnavailable, KeysUnavailable: the database or the key server; that says nothing of the key.
    """
    kind = app.keys.kind
    try:
        async with app.work(operator(bureau)) as work:
            work.require("keys.check")
            await share_keys(work.db, bureau)
            checked = CheckedKeys(work.db, work.scope, app.keys)
            if not await checked.used(bureau):
                return KeyCheck(bureau, kind, used=False)
            version = await checked.check(bureau)
            await journal.note(
                work.db,
                work.scope,
                actor=work.principal,
                action="keys.check",
                target="keys",
                after={"provider": kind, "version": version},
                at=work.now,
            )
    except NoKey as problem:
        return KeyCheck(bureau, kind, problem=problem)
    return KeyCheck(bureau, kind, version)


async def accept_key(app: App, bureau: str, why: str) -> str:
    """Take the present key as the bureau's, a new one where the own one is gone: the operator's word.

    What the lost key sealed stays closed until that key is found.

    Args:
        why: for the journal.

    Returns:
        The name of the key.

    Raises:
        KeyStillRight: the present key is the bureau's own. SharedKey: it is another bureau's.
    """
    async with app.work(operator(bureau)) as work:
        work.require("keys.check")
        await share_keys(work.db, bureau)
        version = await CheckedKeys(work.db, work.scope, app.keys).accept(bureau)
        await journal.note(
            work.db,
            work.scope,
            actor=work.principal,
            action="keys.check",
            target="keys",
            after={"provider": app.keys.kind, "version": version, "accepted": True},
            why=why,
            at=work.now,
        )
    return version
