"""Whose address a connection has, whatever way proxies and systems write addresses."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync

from operators.addresses import believed_address, parse_address, parse_network
from sphaera_support.asgi import with_client_address

PROXIES: Any = [parse_network("10.0.0.5"), parse_network("2001:DB8:0::/48")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("203.0.113.9", "203.0.113.9"), (" 203.0.113.9\t", "203.0.113.9")),
        *(("::ffff:203.0.113.9", "203.0.113.9"), ("::FFFF:CB00:7109", "203.0.113.9")),
        *(("2001:DB8:0:0::A", "2001:db8::a"), ("[2001:db8::a]", "2001:db8::a")),
        *(("[2001:db8::a]:443", "2001:db8::a"), ("203.0.113.9:5555", "203.0.113.9")),
        *(("[::ffff:203.0.113.9]:80", "203.0.113.9"), ("fe80::1%eth0", "fe80::1")),
    ],
)
def test_an_address_has_one_form(written, meant):
    assert str(parse_address(written)) == meant


@pytest.mark.parametrize(
    "written", ["", "unknown", "_hidden", "[]", "203.0.113", "203.0.113.9:", "10.0.0.5/32", "::x"]
)
def test_what_is_no_address_is_none(written):
    assert parse_address(written) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("10.0.0.5", "10.0.0.5/32"), ("10.0.0.5/24", "10.0.0.0/24")),
        *(("::ffff:10.0.0.5", "10.0.0.5/32"), ("::FFFF:10.0.0.0/120", "10.0.0.0/24")),
        *(("[2001:DB8::A]", "2001:db8::a/128"), ("2001:DB8::/32", "2001:db8::/32")),
    ],
)
def test_a_network_has_one_form(written, meant):
    assert str(parse_network(written)) == meant


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("::ffff:10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("2001:DB8:0:0:0::7", "203.0.113.9:5555", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.7, 203.0.113.9, [2001:DB8::7]:443", "203.0.113.9"),
        ("10.0.0.5", "203.0.113.9, ::FFFF:10.0.0.5", "203.0.113.9"),
        ("10.0.0.5", "203.0.113.9, unknown", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
    ],
)
def test_a_proxy_of_ours_is_believed_however_it_is_written(peer, forwarded, believed):
    assert believed_address(peer, forwarded, PROXIES) == (believed, True)


@pytest.mark.parametrize(
    ("peer", "address"),
    [("10.0.0.6", "10.0.0.6"), ("::ffff:10.0.0.6", "10.0.0.6"), ("2001:DB8:1::7", "2001:db8:1::7")],
)
def test_nobody_else_is_believed(peer, address):
    assert believed_address(peer, "203.0.113.9", PROXIES) == (address, False)


def told(peer: str) -> dict[str, Any]:
    """What the application is told of a connection whose peer calls itself another, and safe."""
    seen: dict[str, Any] = {}

    async def application(scope, _receive, _send):
        seen.update(scope)

    headers = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https")]
    unused: Any = None
    scope = {"type": "http", "client": (peer, 5555), "headers": headers}
    async_to_sync(with_client_address(application))(scope, unused, unused)
    return {"address": seen["client"][0], "headers": [name for name, _value in seen["headers"]]}


@pytest.mark.parametrize("peer", ["203.0.113.7", "::ffff:203.0.113.7"])
def test_a_stranger_s_word_for_address_and_scheme_is_dropped(settings, peer):
    settings.TRUSTED_PROXIES = PROXIES
    assert told(peer) == {"address": "203.0.113.7", "headers": []}


@pytest.mark.parametrize("peer", ["10.0.0.5", "::ffff:10.0.0.5", "2001:db8:0::7"])
def test_our_proxy_s_word_is_kept(settings, peer):
    settings.TRUSTED_PROXIES = PROXIES
    kept = [b"x-forwarded-for", b"x-forwarded-proto"]
    assert told(peer) == {"address": "203.0.113.9", "headers": kept}
