"""Where a request comes from: the address of the client, also behind the operator's own proxies.

Nobody is believed what a header says but the proxies the operator named (TRUSTED_PROXIES; loopback when
unset): `X-Forwarded-For` is read from its end for as long as trusted proxies stand there, and the first
address that is none of them is the client's. An address only counts against its own client: it opens nothing.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
FORWARDED = "x-forwarded-for"
_CLIENT_BITS = 64  # of IPv6 a household or an office has so much: one client has all addresses of it


def client_of(connection: ASGIConnection[Any, Any, Any, Any], proxies: Sequence[Network]) -> str:
    """The client's address, of IPv6 its network of 64 bits; "" where the server does not know."""
    peer = connection.client.host if connection.client else ""
    hops = [hop for line in connection.headers.getall(FORWARDED, []) for hop in line.split(",")]
    return client_at(peer, hops, proxies)


def client_at(peer: str, hops: Sequence[str], proxies: Sequence[Network]) -> str:
    """As `client_of`.

    Args:
        peer: who is connected. hops: what the proxies wrote, the nearest last. proxies: believed.
    """
    at = _address(peer)
    for hop in reversed(hops):
        if at is None or not any(at in one for one in proxies):
            break
        further = _address(hop)
        if further is None:  # a trusted proxy wrote something else: it is the last one known
            break
        at = further
    if at is None:
        return ""
    return str(at) if at.version == 4 else str(ip_network((at, _CLIENT_BITS), strict=False))


def _address(text: str) -> Address | None:
    """The address, an IPv4 one also where IPv6 only carries it; with or without brackets and port."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
