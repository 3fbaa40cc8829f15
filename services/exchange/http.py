"""A system that is spoken to over HTTP: PUT and GET files under their keys, GET lists."""

import json
from dataclasses import dataclass, field
from urllib.parse import quote

from services.exchange.errors import SystemRefused, SystemSilent
from services.exchange.remote import Held, Offer, Parcel, read_held, read_offer
from services.notify.errors import ChannelUnreachable, HostRefused
from services.notify.posting import Answer, request
from services.notify.reach import Reach
from services.sheets import LIMITS

LIST_BYTES = 8 * 1024 * 1024
_REFUSED = frozenset({400, 409, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class HttpRemote:
    """One address of one system.

    Attributes:
        base: address without a slash at its end. token: sent as a bearer token, "" for none.
    """

    reach: Reach
    system: str
    base: str
    token: str = field(default="", repr=False)

    async def ask(self, key: str) -> Held | None:
        """GET {base}/batches/{key}; 404 says that nothing is held."""
        answer = await self._request("GET", f"/batches/{quote(key, safe='')}")
        if answer.status == 404:
            return None
        return self._held(answer, key)

    async def give(self, parcel: Parcel) -> Held | None:
        """PUT {base}/batches/{key} with the file; 202 says that the receipt comes later."""
        headers = {
            "content-type": "application/octet-stream",
            "content-disposition": f"attachment; filename*=UTF-8''{quote(parcel.name)}",
            "idempotency-key": parcel.key,
            "x-content-sha256": parcel.sha256,
            "x-row-count": str(parcel.count),
        }
        answer = await self._request("PUT", f"/batches/{quote(parcel.key, safe='')}", parcel.data, headers)
        if answer.status == 202:
            return None
        if answer.status in _REFUSED:
            raise SystemRefused(answer.status, system=self.system)
        return self._held(answer, parcel.key)

    async def every(self, prefix: str) -> tuple[Held, ...]:
        """GET {base}/batches?prefix=…: {"batches": […]}, a key as often as it is held."""
        answer = await self._request("GET", f"/batches?prefix={quote(prefix)}", most=LIST_BYTES)
        rows = answer.body.get("batches")
        if answer.status != 200 or not isinstance(rows, list):
            raise SystemSilent(answer.status, system=self.system)
        try:
            return tuple(read_held(row) for row in rows)
        except (ValueError, AttributeError):
            raise SystemSilent("list", system=self.system) from None

    async def offers(self) -> tuple[Offer, ...]:
        """GET {base}/outgoing: {"batches": [{"key", "name", "sha256"}]}."""
        answer = await self._request("GET", "/outgoing", most=LIST_BYTES)
        rows = answer.body.get("batches")
        if answer.status != 200 or not isinstance(rows, list):
            raise SystemSilent(answer.status, system=self.system)
        try:
            return tuple(read_offer(row) for row in rows)
        except (ValueError, AttributeError):
            raise SystemSilent("list", system=self.system) from None

    async def fetch(self, offer: Offer) -> bytes:
        """GET {base}/outgoing/{key}: the bytes."""
        path = f"/outgoing/{quote(offer.key, safe='')}"
        answer = await self._request("GET", path, most=LIMITS.file_bytes)
        if answer.status != 200:
            raise SystemSilent(answer.status, system=self.system)
        return answer.raw

    async def acknowledge(self, key: str, receipt: str, sha256: str) -> None:
        """PUT {base}/outgoing/{key}/receipt with {"receipt", "sha256"}; said twice it is one."""
        told = json.dumps({"receipt": receipt, "sha256": sha256}).encode()
        headers = {"content-type": "application/json", "idempotency-key": receipt}
        answer = await self._request("PUT", f"/outgoing/{quote(key, safe='')}/receipt", told, headers)
        if not 200 <= answer.status < 300:
            raise SystemSilent(answer.status, system=self.system)

    def _held(self, answer: Answer, key: str) -> Held:
        if not 200 <= answer.status < 300:
            raise SystemSilent(answer.status, system=self.system)
        try:
            return read_held(answer.body, key)
        except ValueError:
            raise SystemSilent("answer", system=self.system) from None

    async def _request(
        self,
        method: str,
        path: str,
        data: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        most: int = 64 * 1024,
    ) -> Answer:
        sent = dict(headers or {})
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        try:
            return await request(self.reach, method, self.base + path, data, sent, most=most)
        except (ChannelUnreachable, HostRefused):
            raise SystemSilent("—", system=self.system) from None
