"""Where a webhook may lead, and where nothing is ever sent."""

import socket
from ipaddress import ip_network

import pytest

from chat.webhooks.addresses import BadTarget, demand_literal_outside, is_inside, read_target
from chat.webhooks.dialling import post
from operators.addresses import Address, parse_address

INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.5", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1"),
    *("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"),
]


def address(text: str) -> Address:
    found = parse_address(text)
    assert found is not None
    return found


@pytest.mark.parametrize("text", INSIDE)
def test_what_is_inside_is_known(text):
    assert is_inside(address(text))


@pytest.mark.parametrize(
    "text", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808"]
)
def test_what_is_of_the_whole_internet_is_not(text):
    assert not is_inside(address(text))


REFUSED = [
    *("http://127.0.0.1", "http://[::1]/hook", "http://[::ffff:127.0.0.1]", "http://10.1.2.3"),
    *("http://localhost", "https://LOCALHOST./x", "http://a.localhost", "http://169.254.169.254"),
    *("http://127.1", "http://0x7f000001", "http://2130706433", "http://0177.0.0.1", "http://0"),
    *("http://[fe80::1%25eth0]/", "http://[fd00::1]", "http://[64:ff9b::7f00:1]"),
    *("https://a.ru:22", "http://a.ru:25", "http://a.ru:6379", "http://a.ru:0", "http://a.ru:5432"),
    *("http://a.ru:99999", "http://a.ru:x", "https://user:pass@a.ru", "https://a.ru@b.ru"),
    *("gopher://a.ru", "file:///etc/passwd", "unix:/run/x", "//a.ru", "a.ru", "", "https://"),
    *(
        "https://a.ru/#part",
        "https://a.ru/\r\nHost: b.ru",
        "https://a.ru/ b",
        "https://a.ru\\@b.ru",
    ),
    *("https://a..ru", f"https://{'a' * 64}.ru", f"https://a.ru/{'x' * 2000}", "http://[::1"),
    *("https://a.ru/путь", "https://a_b%00.ru", "https://①②⑦.⓪.⓪.①"),
]


@pytest.mark.parametrize("url", REFUSED)
def test_it_is_refused_in_words(url):
    with pytest.raises(BadTarget) as refused:
        demand_literal_outside(read_target(url), [])
    assert str(refused.value.words)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://crm.example.ru/hook?key=1", "crm.example.ru", 443),
        ("http://CRM.example.ru", "crm.example.ru", 80),
        ("https://пример.рф/hook", "xn--e1afmkfd.xn--p1ai", 443),
        ("https://crm.example.ru:8443", "crm.example.ru", 8443),
        ("http://93.184.216.34/", "93.184.216.34", 80),
    ],
)
def test_what_people_mean_is_taken(url, host, port):
    target = read_target(url)
    demand_literal_outside(target, [])
    assert (target.host, target.port) == (host, port)


def test_a_long_name_is_judged_at_once():
    with pytest.raises(BadTarget):
        read_target("https://" + "a." * 900 + "!")


def stands_for(monkeypatch, *addresses):
    """What the resolver says of any name; how often it was asked."""
    asked = []

    def look_up(host, port, *_args, **_kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]])
def test_a_name_that_stands_for_an_inner_address_is_not_dialled(monkeypatch, receiver, addresses):
    stands_for(monkeypatch, *addresses)
    port = receiver.url.rpartition(":")[2]
    answer = post(f"http://crm.example.ru:{port}/", b"{}", {}, [])
    assert answer.status is None
    assert answer.error.startswith("Адрес ведёт внутрь сети")
    assert receiver.told == []


def test_the_address_that_was_judged_is_the_one_dialled(monkeypatch, receiver):
    """Asked once: a second answer of the resolver could be another."""
    port = receiver.url.rpartition(":")[2]
    real = socket.getaddrinfo
    asked = []

    def look_up(host, *args, **kwargs):
        if host == "crm.example.ru":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answer = post(f"http://crm.example.ru:{port}/", b"{}", {}, [ip_network("127.0.0.1")])
    assert (answer.status, len(asked)) == (200, 1)
    assert receiver.told[0].headers["Host"] == f"crm.example.ru:{port}"
