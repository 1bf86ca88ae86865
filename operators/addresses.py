"""The client's address, with our own rule about proxies (security.md R8).

X-Forwarded-For is read from the right, past our own proxies, and only when the peer is one.
Addresses are compared as addresses: each is brought into one form where it comes in.
"""

import re
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MAPPED = 96  # bits before the IPv4 address in an IPv4-mapped IPv6 one

# What proxies put around an address: [2001:db8::1]:443, 203.0.113.9:5555.
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([\d.]+):\d+")


def parse_address(text: str) -> Address | None:
    """An address in canonical form (IPv4-mapped IPv6 becomes IPv4), None for anything else."""
    text = text.strip()
    if around := _WITH_PORT.fullmatch(text):
        text = around[1] or around[2] or ""
    try:
        # A zone (fe80::1%eth0) names an interface of this machine and is no part of the address.
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def parse_network(text: str) -> Network | None:
    """A network, or an address as one of its own, in the form that parse_address gives."""
    address, slash, bits = text.strip().partition("/")
    try:
        network = ip_network(f"{address.strip('[]')}{slash}{bits}", strict=False)
    except ValueError:
        return None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= _MAPPED:
        return ip_network(f"{mapped}/{network.prefixlen - _MAPPED}")
    return network


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == n.version and address in n for n in networks)


def believed_address(peer: str, forwarded: str, proxies: Iterable[Network]) -> tuple[str, bool]:
    """Who really connected, and whether the peer is one of our proxies, which are believed.

    The address is the rightmost one that is not a proxy of ours.
    """
    networks = list(proxies)
    current = parse_address(peer)
    if current is None:
        return peer, False
    is_proxy = is_within(current, networks)
    hops = [hop for hop in forwarded.split(",") if hop.strip()]
    while is_within(current, networks) and hops:
        hop = parse_address(hops.pop())
        if hop is None:
            break
        current = hop
    return str(current), is_proxy


def network_of(text: str) -> str:
    """Whom an address stands for: of IPv6 people have whole networks of 64 bits."""
    address = parse_address(text)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or text)


def networks_around(address: Address) -> list[str]:
    """All that it is in, itself first, as parse_network writes them."""
    widths = range(address.max_prefixlen, -1, -1)
    return [str(ip_network((address, width), strict=False)) for width in widths]


def client_address(request: HttpRequest) -> str:
    """The address the ASGI entry settled (see sphaera_support.asgi)."""
    return str(request.META.get("REMOTE_ADDR", ""))
