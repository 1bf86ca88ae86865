"""The client's address, with our own rule about proxies (security.md R8).

X-Forwarded-For is read from the right, past our own proxies, and only when the peer is one.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def parse_address(text: str) -> Address | None:
    """An address in canonical form (IPv4-mapped IPv6 becomes IPv4), None for anything else."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def believed_address(peer: str, forwarded: str, trusted_proxies: Iterable[str]) -> str:
    """Who really connected: the rightmost address that is not one of our proxies."""
    networks = [ip_network(network, strict=False) for network in trusted_proxies]

    def is_ours(address: Address) -> bool:
        return any(address.version == n.version and address in n for n in networks)

    current = parse_address(peer)
    hops = [hop for hop in forwarded.split(",") if hop.strip()]
    while current is not None and is_ours(current) and hops:
        hop = parse_address(hops.pop())
        if hop is None:
            break
        current = hop
    return str(current or peer)


def network_of(text: str) -> str:
    """Whom an address stands for: of IPv6 people have whole networks of 64 bits."""
    address = parse_address(text)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or text)


def client_address(request: HttpRequest) -> str:
    """The address the ASGI entry settled (see sphaera_support.asgi)."""
    return str(request.META.get("REMOTE_ADDR", ""))
