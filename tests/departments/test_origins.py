"""What may stand in a site's list of origins, and whom such a list lets in."""

import pytest

from departments.origins import BadOrigin, framing, is_among, read_origin, spelled


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://shop.example.ru", "https://shop.example.ru"),
        ("  HTTPS://Shop.Example.RU/ ", "https://shop.example.ru"),
        ("shop.example.ru", "https://shop.example.ru"),
        ("https://shop.example.ru:443", "https://shop.example.ru"),
        ("http://shop.example.ru:80", "http://shop.example.ru"),
        ("https://shop.example.ru:8443", "https://shop.example.ru:8443"),
        ("https://магазин.рф", "https://xn--80aairftm.xn--p1ai"),
        ("https://МАГАЗИН.рф", "https://xn--80aairftm.xn--p1ai"),
        ("https://xn--80aairftm.xn--p1ai", "https://xn--80aairftm.xn--p1ai"),
        ("https://*.example.ru", "https://*.example.ru"),
        ("*.пример.рф", "https://*.xn--e1afmkfd.xn--p1ai"),
        ("127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://10.0.0.5", "https://10.0.0.5"),
        ("https://example.ru.", "https://example.ru"),
        ("https://a_b.example.ru", "https://a_b.example.ru"),
    ],
)
def test_whichever_way_it_is_typed_it_is_one(typed, stored):
    assert read_origin(typed) == stored
    assert read_origin(stored) == stored


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("https://example.ru/shop/", "без страницы"),
        ("https://example.ru?x=1", "без страницы"),
        ("https://example.ru#top", "без страницы"),
        ("ftp://example.ru", "https:// или http://"),
        ("javascript://example.ru", "https:// или http://"),
        ("https://user:pw@example.ru", "имя и пароль"),
        ("https://*.ru", "целиком"),
        ("https://*", "только первой"),
        ("*", "только первой"),
        ("https://shop.*.ru", "только первой"),
        ("https://*.*.ru", "только первой"),
        ("https://sho*.example.ru", "только первой"),
        ("https://*.10.0.0.5", "нет поддоменов"),
        ("https://10.0.0.500", "числового адреса"),
        ("https://1.2.3", "числового адреса"),
        ("https://intranet", "целиком"),
        ("https://", "целиком"),
        ("https://exa mple.ru", "таких знаков"),
        ("https://example.ru; sandbox", "таких знаков"),
        ("https://example.ru\u202egpj", "таких знаков"),
        ("https://-example.ru", "таких знаков"),
        ("https://example..ru", "таких знаков"),
        ("https://xn--zzzzzz99999999.ru", "таких знаков"),
        ("https://🚀.ru", "таких знаков"),
        ("https://example.ru:99999", "не бывает"),
        ("https://example.ru:0", "порта"),
        ("https://example.ru:x", "не бывает"),
        ("https://[::1", "не бывает"),
        ("https://" + ".".join(["a" * 60] * 5), "слишком длинное"),
        ("'none'", "целиком"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(typed, why):
    with pytest.raises(BadOrigin) as bad:
        read_origin(typed)
    assert why in str(bad.value)


@pytest.mark.parametrize(
    ("origin", "is_in"),
    [
        ("https://example.ru", True),
        ("https://a.example.ru", True),
        ("https://a.b.example.ru", True),
        ("http://a.example.ru", False),
        ("https://a.example.ru:8443", False),
        ("https://badexample.ru", False),
        ("https://example.ru.evil.com", False),
        ("https://exact.org", True),
        ("https://www.exact.org", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_domain_lets_in_itself_and_what_is_below(origin, is_in):
    assert is_among(origin, ["https://*.example.ru", "https://exact.org"]) is is_in


def test_browsers_are_told_of_the_domain_too():
    listed = ["https://*.example.ru:8443", "https://exact.org"]
    told = ["https://*.example.ru:8443", "https://example.ru:8443", "https://exact.org"]
    assert list(framing(listed)) == told


def test_people_read_their_own_letters():
    assert spelled("https://*.xn--e1afmkfd.xn--p1ai:8443") == "https://*.пример.рф:8443"
    assert spelled("https://example.ru") == "https://example.ru"
    assert spelled("https://xn--zzzzzz99999999.ru") == "https://xn--zzzzzz99999999.ru"
