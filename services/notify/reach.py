"""Which servers messages may go to: the operator's list, and no address within a network unless it is named.

A bureau's administrator names servers, so a name could lead to a machine of the operator's own network. The
name is therefore resolved here, every address it has is looked at, and the connection goes to the very one
that was looked at: what the name leads to a moment later does not matter. Redirects are never followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from services.notify.errors import ChannelUnreachable, HostRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Where the two messengers take messages of group robots. Basis: their public manuals, read secondhand.
PUBLIC = ("qyapi.weixin.qq.com", "oapi.dingtalk.com")
USUAL = frozenset({25, 443, 465, 587})  # a host allowed without a port
PLAIN = {"http": 80, "smtp": 25}  # schemes by which the operator allows a server without encryption
_NAT64 = ip_network("64:ff9b::/96")
# Not the world's either, whatever the library's tables say. Basis: RFC 3879, RFC 9637, RFC 7526, RFC 6890.
_APART = tuple(map(ip_network, ("fec0::/10", "3fff::/20", "192.88.99.0/24", "192.0.0.0/24")))


@dataclass(frozen=True, slots=True)
class Target:
    """A server the operator allows. `port` None: the usual ones. `plain`: also without encryption."""

    host: str
    port: int | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """What the operator lets messages go to.

    Attributes:
        targets: servers (NOTIFY_HOSTS, comma-separated: `host`, `host:port`, and `smtp://host:port` or
            `http://host:port` where a server has no encryption).
        networks: networks whose addresses are allowed though they are not public (NOTIFY_NETWORKS).
        ca: certificates to trust instead of the machine's (NOTIFY_CA).
    """

    targets: tuple[Target, ...] = tuple(Target(host) for host in PUBLIC)
    networks: tuple[Network, ...] = ()
    ca: Path | None = None

    def require(self, host: str, port: int, *, encrypted: bool) -> None:
        """Nothing, when the operator allows the server. Raises HostRefused."""
        for one in self.targets:
            fits = port == one.port or (one.port is None and port in USUAL)
            if one.host == host.lower() and fits and (encrypted or one.plain):
                return
        raise HostRefused(host=f"{host}:{port}")

    async def address(self, host: str, port: int, *, encrypted: bool) -> str:
        """The address to connect to, looked at.

        Raises:
            HostRefused: the server is not allowed, or one of its addresses is not.
            ChannelUnreachable: nobody knows the name.
        """
        self.require(host, port, encrypted=encrypted)
        try:
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(5):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError):
            raise ChannelUnreachable(host=host) from None
        addresses = [str(info[4][0]).partition("%")[0] for info in found]
        if not addresses or not all(self._allowed(ip_address(one)) for one in addresses):
            raise HostRefused(host=f"{host}:{port}")
        return addresses[0]

    def trust(self) -> ssl.SSLContext:
        """Certificates and host names are checked, always."""
        return ssl.create_default_context(cafile=self.ca)

    def _allowed(self, address: Address) -> bool:
        inner = _inner(address)
        if any(inner in network for network in self.networks if network.version == inner.version):
            return True
        if any(inner in network for network in _APART if network.version == inner.version):
            return False
        return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inner(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only carries it."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def targets_of(text: str) -> tuple[Target, ...]:
    """The list of NOTIFY_HOSTS. Raises ValueError with the entry that is none."""
    return tuple(_target(entry) for entry in _entries(text))


def networks_of(text: str) -> tuple[Network, ...]:
    """The list of NOTIFY_NETWORKS. Raises ValueError with the entry that is none."""
    return tuple(ip_network(entry) for entry in _entries(text))


def _entries(text: str) -> Iterable[str]:
    return (entry.strip().lower() for entry in text.split(",") if entry.strip())


def _target(entry: str) -> Target:
    scheme, _, rest = entry.rpartition("://")
    parts = urlsplit(f"//{rest}")
    if scheme not in ("", *PLAIN) or not parts.hostname or parts.path or parts.username or parts.query:
        raise ValueError(entry)
    return Target(parts.hostname, parts.port or PLAIN.get(scheme), bool(scheme))


@dataclass(frozen=True, slots=True)
class Gateway:
    """The operator's SMS gateway: one POST a message.

    Attributes:
        url: https, or http where NOTIFY_HOSTS allows it so.
        headers, body: their texts with `{to}`, `{text}`, `{message}`, `{account}`, `{secret}`, `{signature}`.
        ok: members of the answer that say it was taken, e.g. {"code": 0}; empty: any 2xx.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] = field(default_factory=dict, repr=False)
    ok: Mapping[str, object] = field(default_factory=dict)
