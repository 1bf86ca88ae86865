"""Which addresses a card may lead to, and what it shows of them. Marked by nothing: it is pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.link_addresses import LONGEST, BadAddress, card_text, read_address, read_card


@pytest.mark.parametrize(
    ("typed", "url", "domain", "rest"),
    [
        (
            "https://docs.sphaera.tech/video/",
            "https://docs.sphaera.tech/video/",
            "docs.sphaera.tech",
            "/video/",
        ),
        (" HTTPS://Docs.Sphaera.Tech ", "https://docs.sphaera.tech/", "docs.sphaera.tech", ""),
        (
            "docs.sphaera.tech/a?b#c",
            "https://docs.sphaera.tech/a?b#c",
            "docs.sphaera.tech",
            "/a?b#c",
        ),
        ("//example.ru", "https://example.ru/", "example.ru", ""),
        ("http://example.ru:8080?x=1", "http://example.ru:8080?x=1", "example.ru:8080", "?x=1"),
        ("localhost:8000/x", "https://localhost:8000/x", "localhost:8000", "/x"),
        ("пример.рф/путь", "https://xn--e1afmkfd.xn--p1ai/путь", "пример.рф", "/путь"),
        ("https://xn--e1afmkfd.xn--p1ai/", "https://xn--e1afmkfd.xn--p1ai/", "пример.рф", ""),
        ("https://Bücher.example", "https://xn--bcher-kva.example/", "bücher.example", ""),
        ("http://192.168.0.1/", "http://192.168.0.1/", "192.168.0.1", ""),
        ("http://[::1]/", "http://[::1]/", "[::1]", ""),
        ("https://example.ru/@name", "https://example.ru/@name", "example.ru", "/@name"),
    ],
)
def test_it_is_spelled_once_for_browsers_and_once_for_people(typed, url, domain, rest):
    address = read_address(typed)
    assert (address.url, address.domain, address.rest) == (url, domain, rest)
    assert not address.is_mixed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "javascript:alert(1)",
        "JavaScript://example.ru/%0aalert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox",
        "file:///etc/passwd",
        "ftp://example.ru/",
        "blob:https://example.ru/1",
        "mailto:a@example.ru",
        "https://user:password@example.ru/",
        "https://example.ru@evil.example/",
        "https://example.ru\\@evil.example/",
        "https:/\\example.ru",
        "https:example.ru",
        "https://",
        "https:///path",
        "https://exa mple.ru/",
        "https://example.ru/a b",
        "https://example.ru/\x00",
        "https://example.ru/\x1b[31m",
        "https://example.ru/\u202egnp.exe",
        "https://exam\u00adple",
        "https://*.example.ru/",
        "https://example.ru:99999/",
        "https://example.ru:0/",
        "https://-example.ru/",
        "https://0x7f.0x1/",
        "https://2130706433/",
        "https://1.2.3/",
        "https://1.2.3.4.5/",
        "https://слово/",
        "просто слова",
        "https://example.ru/" + "я" * 5000,
        "пример.рф/" + "x" * (LONGEST - 11),
    ],
)
def test_what_leads_nowhere_or_elsewhere_is_refused_in_words(typed):
    with pytest.raises(BadAddress) as refused:
        read_address(typed)
    assert refused.value.detail.startswith("Такой адрес не отправить: ")


@pytest.mark.parametrize(
    "typed",
    [
        "https://sphаera.tech/",  # a Cyrillic а
        "https://аррӏе.com/",  # all Cyrillic, and looks Latin
        "https://xn--80ak6aa92e.com/",
        "https://goοgle.example/",  # a Greek ο
        "https://vk.сom/",
        "https://ѕсоре.example/",
    ],
)
def test_letters_that_could_be_taken_for_others_are_told_and_shown_as_they_are(typed):
    address = read_address(typed)
    assert address.is_mixed
    assert "xn--" in address.domain
    assert address.domain.isascii()


@pytest.mark.parametrize(
    "typed", ["яндекс.рф", "поддержка.example", "сор.рф", "münchen.example", "ひらカタ漢.example"]
)
def test_one_script_at_a_time_deceives_nobody(typed):
    assert not read_address(typed).is_mixed


@given(st.text(max_size=60) | st.from_regex(r"https?://[^\s]{0,40}", fullmatch=True))
def test_whatever_is_typed_is_refused_or_leads_to_the_web_and_reads_the_same_again(typed):
    try:
        address = read_address(typed)
    except BadAddress:
        return
    assert address.url.startswith(("https://", "http://"))
    assert "@" not in address.url.split("/")[2]
    assert read_card(card_text("Заголовок", address.url)) == ("Заголовок", address)
