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
    summarize_address_range,
)

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


class BadNetwork(ValueError):
    """What was typed is no address and no network; `words` say why."""

    def __init__(self, words: Promise) -> None:
        super().__init__(words)
        self.words = words


def read_networks(text: str) -> list[Network]:
    """What people write for addresses: one, a network, or a range, which may be several networks.

    Raises BadNetwork.
    """
    first, dash, last = text.partition("-")
    if dash:
        return _range(parse_address(first), parse_address(last))
    network = parse_network(text)
    if network is None:
        raise BadNetwork(_("это не адрес и не сеть"))
    if network.prefixlen == 0:
        raise BadNetwork(_("это все адреса: окна не было бы ни у кого"))
    return [network]


def _range(first: Address | None, last: Address | None) -> list[Network]:
    if first is None or last is None:
        raise BadNetwork(_("диапазон пишут так: 10.0.0.5-10.0.0.20"))
    if isinstance(first, IPv4Address) and isinstance(last, IPv4Address) and first <= last:
        return list(summarize_address_range(first, last))
    if isinstance(first, IPv6Address) and isinstance(last, IPv6Address) and first <= last:
        return list(summarize_address_range(first, last))
    raise BadNetwork(_("диапазон начинается с меньшего адреса, и оба — одного вида"))


def shown_network(network: Network) -> str:
    """As people write it: one address without the bits that say so."""
    return str(network.network_address if network.num_addresses == 1 else network)


def neighbourhood(address: Address) -> Network:
    """Who is likely to share a way into the net: 256 addresses of IPv4, 64 bits of IPv6."""
    return ip_network((address, 64 if address.version == 6 else 24), strict=False)


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
