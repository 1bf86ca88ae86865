"""Where a webhook may lead. Pure: an address is judged as it is written and as it is dialled.

Nothing inside is reached unless WEBHOOK_NETWORKS names it: neither this machine and its
neighbours, nor what clouds tell their machines (169.254.169.254).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from operators.addresses import Address, Network, is_within, parse_address

LONGEST = 2000
LONGEST_NAME = 253
# Below these only the web's own ports are taken: of what listens there, much obeys plain text.
FIRST_FREE_PORT = 1024
WEB_PORTS = frozenset({80, 443})
# Above it, what databases, caches and the like listen on.
REFUSED_PORTS = frozenset(
    {
        *(1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5060, 5061, 5432, 5672),
        *(5900, 5985, 5986, 6000, 6379, 6380, 6665, 6666, 6667, 6668, 6669, 6697, 7001, 9042),
        *(9092, 9200, 9300, 10250, 11211, 15672, 26379, 27017, 27018, 50000),
    }
)
NO_ADDRESS = _("Это не адрес: напишите его целиком, например https://crm.example.ru/hook.")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
# How a name of digits reads to getaddrinfo: 127.1, 2130706433, 0x7f000001, 0177.0.0.1.
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?")
# Wrapped in these an IPv4 address is reached: compatible, translated locally, 6to4, Teredo.
_WRAPPING = tuple(
    ip_network(text) for text in ("::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
# Where there is IPv6 alone, names of the IPv4 internet stand for addresses in here (NAT64).
_TRANSLATED = ip_network("64:ff9b::/96")
# Beyond what the library calls private: carrier-grade NAT, benchmarks, protocols, anycast relays.
_INSIDE = tuple(
    ip_network(text)
    for text in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "fec0::/10")
)


class BadTarget(ValueError):
    """`words` say why nothing is sent there."""

    def __init__(self, words: Promise) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Target:
    """`host` as it is asked for, a name in ASCII or an address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_usual_port(self) -> bool:
        return self.port == {"http": 80, "https": 443}[self.scheme]

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.is_usual_port else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host_header}"


def read_target(url: str) -> Target:
    """Raises BadTarget. A name says nothing yet: what it stands for is judged when dialled."""
    if len(url) > LONGEST or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        raise BadTarget(
            _("В адресе есть пробелы или недопустимые символы, или он слишком длинный.")
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadTarget(NO_ADDRESS) from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise BadTarget(_("Адрес начинается с https:// или http://."))
    if "@" in parts.netloc:
        raise BadTarget(_("Логин и пароль в адресе не пишут: передайте их своим заголовком."))
    if parts.fragment:
        raise BadTarget(_("Уберите из адреса часть после «#»: она никуда не отправляется."))
    target = Target(
        scheme,
        _host(host),
        port or (443 if scheme == "https" else 80),
        _path(parts.path, parts.query),
    )
    _demand_port(target.port if port is None else port)
    return target


def _host(host: str) -> str:
    if "%" in host:
        raise BadTarget(NO_ADDRESS)
    if parse_address(host) is not None:
        return host
    if _NUMERIC.fullmatch(host):
        raise BadTarget(_("IP-адрес пишут четырьмя числами: 203.0.113.5."))
    try:
        name = host.encode("idna").decode().lower() if not host.isascii() else host.lower()
    except UnicodeError:
        name = ""
    labels = name.removesuffix(".").split(".")
    if len(name) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadTarget(NO_ADDRESS)
    return name


def _path(path: str, query: str) -> str:
    whole = f"{path or '/'}?{query}" if query else path or "/"
    if not whole.isascii():
        raise BadTarget(_("Путь адреса пишут латиницей: скопируйте адрес из строки браузера."))
    return whole


def _demand_port(port: int) -> None:
    is_free = port in WEB_PORTS or (port >= FIRST_FREE_PORT and port not in REFUSED_PORTS)
    if not is_free:
        raise BadTarget(_("На этот порт вебхуки не отправляются: обычно это 443 или 80."))


def demand_outside(address: Address, allowed: Collection[Network]) -> None:
    """Before it is dialled. Raises BadTarget."""
    if is_within(address, allowed):
        return
    if is_inside(address):
        raise BadTarget(
            _(
                "Адрес ведёт внутрь сети сервера, туда ничего не отправлено. Если так и нужно,"
                " сеть называют в настройке WEBHOOK_NETWORKS."
            )
        )


def demand_literal_outside(target: Target, allowed: Collection[Network]) -> None:
    """Where the host is written as an address, or is a name of this machine. Raises BadTarget."""
    if target.host.rstrip(".") == "localhost" or target.host.rstrip(".").endswith(".localhost"):
        demand_outside(ip_address("127.0.0.1"), allowed)
    elif (address := parse_address(target.host)) is not None:
        demand_outside(address, allowed)


def is_inside(address: Address) -> bool:
    """Anything but an address of the whole internet."""
    if isinstance(address, IPv6Address) and is_within(address, _WRAPPING):
        return True
    if is_within(address, [_TRANSLATED]):
        return is_inside(IPv4Address(int(address) & 0xFFFFFFFF))
    if is_within(address, _INSIDE) or address.is_multicast:
        return True
    return not address.is_global
