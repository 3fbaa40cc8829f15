"""The keeper of the public log: signs what was committed, answers proofs, accepts cosignatures.

Entries are sequenced inside the transactions of the use cases. A checkpoint is signed only over entries
that are committed, from outside those transactions, so a rolled-back step can never have been signed.
Whoever asks for the latest checkpoint publishes first; a crash in between loses nothing. Before signing, the
entries are compared with what was signed before (intact.py): the log never signs its own fork.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.rd1.canonical import jcs
from policies.rd1.log_errors import BadNote, BadSignature
from policies.rd1.logs import Entry
from policies.rd1.logs_notes import Signer, parse_checkpoint, sign_checkpoint
from policies.rd1.logs_trust import Trust, check_log_signature
from services.clock import Clock
from services.drawing.draw_errors import CosignatureRefused, LogKeyMismatch
from services.home import Home
from services.tlog.cosigning import only_log, own_lines, superiors_of, times, trust_of
from services.tlog.files import publish_files
from services.tlog.intact import check_kept, check_published, extend, leaf_data
from services.tlog.keys import log_signer
from services.tlog.tiles import manifest_path, write_file
from services.tlog.tree import Tree
from tenants.databases import Databases
from tenants.records import Checkpoint, LogEntry, WitnessKey
from tenants.scope import Scope
from tenants.session import Database
from tenants.stores import draws, log, witness_keys
from tenants.unavailable import BureauUnavailable

SYSTEM = Scope.for_system()


class LogKeeper:
    """One per process; any number of processes may keep the same log."""

    def __init__(self, database: Databases | Database, home: Home, signer: Signer, clock: Clock) -> None:
        self._database, self._folder = database, home.log
        self._signer, self._clock = signer, clock
        self._tree, self._written = Tree(), 0
        self._looked = False  # at the published checkpoint: it is our own from then on
        self._owed: list[Entry] = []  # manifests of bureaus whose database did not answer
        self._turn = asyncio.Lock()

    @classmethod
    async def open(
        cls, database: Databases | Database, *, home: Home, origin: str, clock: Clock
    ) -> "LogKeeper":
        """The keeper of the log named `origin`, its tree loaded.

        Raises:
            LogKeyMismatch: the last checkpoint was signed by another key.
            LogDamaged: the entries are not those the checkpoints kept or published were signed over.
        """
        keeper = cls(database, home, log_signer(home, origin), clock)
        async with database.unit(SYSTEM, read_only=True) as db:
            last = await log.checkpoint_latest(db)
        if last is not None:
            keeper._check_key(last)
        await keeper.publish()
        return keeper

    @property
    def origin(self) -> str:
        """Name of the log."""
        return self._signer.name

    @property
    def vkey(self) -> str:
        """The log's verifier key, C2SP spelling."""
        return self._signer.verifier.text()

    async def publish(self) -> Checkpoint | None:
        """Sign and write out everything committed so far; None while the log is empty.

        Raises:
            LogDamaged: what is kept does not continue what was signed; nothing is signed.
        """
        async with self._turn:
            async with self._database.unit(SYSTEM) as db:
                start, entries, data, last = await self._grow(db)
                last = await self._sign(db, last)
            await self._manifests(entries)
            # A larger checkpoint is another process's; it writes the files that belong to it.
            if last is not None and last.size == self._tree.size:
                await asyncio.to_thread(
                    publish_files,
                    self._folder,
                    self._tree,
                    self._written,
                    data[self._written - start :],
                    signed(last),
                )
                self._written = self._tree.size
            return last

    async def _grow(
        self, control: AsyncConnection
    ) -> tuple[int, Sequence[LogEntry], Sequence[bytes], Checkpoint | None]:
        """The tree brought up to the entries, once it is sure that they continue what was signed.

        The first time that is the whole log and its published checkpoint too; later only what was added.

        Returns:
            Index of the first entry read, the entries, their data, and the last checkpoint.
        """
        # The checkpoint first: entries under it are then committed, whatever another process adds meanwhile.
        last = await log.checkpoint_latest(control)
        start = max(0, self._written - 1)  # one that is known shows whether the database is still the same
        entries = await log.entries(control, start)
        data = await asyncio.to_thread(leaf_data, entries, start)
        extend(self._tree, entries, start)
        check_kept(self._tree, last)
        if not self._looked:
            path = self._folder / "checkpoint"
            await asyncio.to_thread(check_published, self._tree, path, self._signer.verifier)
            self._looked = True
        return start, entries, data, last

    async def _manifests(self, entries: Sequence[LogEntry]) -> None:
        """Hand out the manifest of every frozen draw beside the tiles: a monitor needs its times.

        A bureau whose database does not answer now gets its turn with a later checkpoint.
        """
        owed, self._owed = [*self._owed, *(one.entry for one in entries if one.entry["t"] == "manifest")], []
        for entry in owed:
            path = manifest_path(entry["h"])
            if not (self._folder / path).exists():
                try:
                    manifest = await self._manifest(entry["bureau"], entry["draw_no"])
                except BureauUnavailable:
                    manifest = None
                if manifest is None:  # or its database shows the draw a moment after the log shows the entry
                    self._owed.append(entry)
                else:
                    await asyncio.to_thread(write_file, self._folder, path, jcs(manifest))

    async def _manifest(self, bureau: str, draw_no: int) -> dict[str, Any] | None:
        scope = Scope.own(bureau, "log")
        async with self._database.unit(scope, read_only=True) as db:
            return (await draws.get(db, scope, bureau, draw_no)).manifest

    async def _sign(self, control: AsyncConnection, last: Checkpoint | None) -> Checkpoint | None:
        """The latest checkpoint, a new one when the tree has grown beyond it."""
        if self._tree.size <= (last.size if last else 0):
            return last
        size, root = self._tree.size, self._tree.root()
        note = sign_checkpoint(self._signer, size, root)
        await log.checkpoint_put(control, size, root, note, self._clock.now())
        return await log.checkpoint_at(control, size)

    async def latest(self) -> Checkpoint | None:
        """The checkpoint over all committed entries."""
        return await self.publish()

    async def note(self, size: int | None = None) -> str:
        """The latest checkpoint (or that of `size`) as published, cosignatures included; "" when none."""
        if size is None:
            last = await self.publish()
        else:
            async with self._database.unit(SYSTEM, read_only=True) as db:
                last = await log.checkpoint_at(db, size)
        return signed(last) if last else ""

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of an entry in the tree of `size`."""
        await self._reach(size)
        return self._tree.inclusion(index, size)

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the log of `new` entries extends that of `old`."""
        await self._reach(new)
        return self._tree.consistency(old, new)

    async def entries(self, start: int = 0, end: int | None = None) -> list[Entry]:
        """Committed entries start … end − 1."""
        async with self._database.unit(SYSTEM, read_only=True) as db:
            return [one.entry for one in await log.entries(db, start, end)]

    async def accept(self, note: str) -> list[str]:
        """Take over cosignatures of registered witnesses from a checkpoint they signed.

        Returns:
            Names of the witnesses whose lines are now kept.

        Raises:
            CosignatureRefused: not our checkpoint, or no line of a registered witness that verifies.
        """
        offered = parse_checkpoint(note)
        check_log_signature(only_log(self._signer.verifier), offered)
        async with self._database.unit(SYSTEM) as db:
            kept = await log.checkpoint_at(db, offered.size)
            if kept is None or kept.root != offered.root:
                raise CosignatureRefused(f"size {offered.size}")
            lines = own_lines(
                self._signer.verifier,
                await witness_keys.all_(db),
                offered.note,
                kept.at,
                self._clock.now(),
            )
            for name, line in lines.items():
                if name not in kept.cosignatures:  # a witness's earliest signature is the one that counts
                    await log.cosign_put(db, offered.size, name, line)
        if not lines:
            raise CosignatureRefused(f"size {offered.size}")
        await self.publish()
        return sorted(lines)

    async def witnessed(
        self, control: AsyncConnection, index: int, *, names: Sequence[str], before: datetime | None = None
    ) -> Checkpoint | None:
        """A checkpoint that covers entry `index` and that all `names` cosigned.

        Args:
            control: the unit's connection in the control database.
            index: of the entry that must be in it.
            names: witness keys that must have signed.
            before: the moment before which they must have; then the first such checkpoint, else the newest.
        """
        keys = trust_of(self._signer.verifier, await witness_keys.all_(control), names)
        found = await log.checkpoints(control, since=index + 1)
        for one in found if before else reversed(found):
            signed_at = times(keys, signed(one))
            if len(signed_at) == len(names) and (before is None or max(signed_at) < before.timestamp()):
                return one
        return None

    async def superiors(self) -> tuple[WitnessKey, ...]:
        """Keys of superiors' witnesses, which the operator registered with their escrow keys.

        They alone may be believed by default: an outsider's key was let in by an administrator of one bureau.
        Read here since the portal's own role does not see escrow keys.
        """
        async with self._database.unit(SYSTEM, read_only=True) as db:
            return superiors_of(await witness_keys.all_(db))

    def trust(self, keys: Sequence[WitnessKey]) -> Trust:
        """The trust file's content: this log and these witnesses, all of them needed."""
        return trust_of(self._signer.verifier, keys, [key.name for key in keys])

    async def _reach(self, size: int) -> None:
        if self._tree.size < size:
            await self.publish()

    def _check_key(self, last: Checkpoint) -> None:
        try:
            check_log_signature(only_log(self._signer.verifier), parse_checkpoint(last.note))
        except (BadNote, BadSignature):
            raise LogKeyMismatch(self.origin) from None


def signed(checkpoint: Checkpoint) -> str:
    """A kept checkpoint as published: the log's note and the witnesses' lines."""
    lines = (checkpoint.cosignatures[name] for name in sorted(checkpoint.cosignatures))
    return checkpoint.note + "".join(lines)
