"""Two providers at once, while keys move from one to the other: new ones by the present one."""

from tenants.sealing import KeyProvider, provider_of


class Both:
    """KeyProvider that wraps by `present` and opens what either wrapped.

    Args:
        present: the provider the operator named.
        former: the other one, still configured.
    """

    def __init__(self, present: KeyProvider, former: KeyProvider) -> None:
        self._present = present
        self._of = {former.kind: former, present.kind: present}
        self.kind = present.kind

    async def make(self, bureau: str) -> None:
        """Make the bureau's key with the present provider, unless there is one."""
        await self._present.make(bureau)

    async def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a data key by the present provider."""
        return await self._present.wrap(bureau, key)

    async def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Undo `wrap` of whichever provider it was."""
        return await self._of[provider_of(blob)].unwrap(bureau, blob)

    async def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when the present provider wrapped it, under its present key."""
        return provider_of(blob) == self.kind and await self._present.fresh(bureau, blob)

    async def mark(self, bureau: str, blob: bytes) -> str:
        """The name of the key that wrapped it, by whichever provider it was."""
        return await self._of[provider_of(blob)].mark(bureau, blob)

    async def descends(self, bureau: str, blob: bytes) -> bool:
        """Whether that provider's present key wrapped it, or follows the one that did."""
        return await self._of[provider_of(blob)].descends(bureau, blob)

    def twin(self, bureau: str) -> str:
        """Another bureau whose key with the present provider is the same."""
        return self._present.twin(bureau)
