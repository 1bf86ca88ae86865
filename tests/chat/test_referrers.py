"""Where somebody came from, and what they searched for, where the address still says it."""

import pytest

from chat.referrers import MOST_SHOWN, origin_of, readable


@pytest.mark.parametrize(
    ("referrer", "words"),
    [
        ("https://yandex.ru/search/?text=%D0%BD%D0%B5%20%D0%B7%D0%B2%D1%83%D0%BA", "не звук"),
        ("https://www.google.com/search?q=sphaera+video", "sphaera video"),
        ("https://go.mail.ru/search?q=%D1%81%D1%87%D1%91%D1%82", "счёт"),
        ("https://nova.rambler.ru/search?query=a", "a"),
        ("https://ya.ru/", ""),
        ("https://notyandex.ru/?text=a", ""),
        ("https://example.ru/?q=a", ""),
        ("https://yandex.ru/search/?text=%00%E2%80%AEabc", "abc"),
        ("https://yandex.ru/search/?text=" + "a" * 100_000, "a" * 200),
        ("", ""),
    ],
)
def test_words_that_were_searched_for(referrer, words):
    assert origin_of(referrer).words == words


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://support.ru/%D0%BB%D0%BA/", "https://support.ru/лк/"),
        ("https://xn--e1afmkfd.xn--p1ai/%D0%BB%D0%BA", "https://пример.рф/лк"),
        ("https://xn--\x00/", "https://xn--/"),
        ("http://[::1", "http://[::1"),
        ("https://a.ru/%E2%80%AE%E2%81%A6cod.exe%00%0A", "https://a.ru/cod.exe"),
        ("https://a.ru/%FF%ED%A0%80", "https://a.ru/" + "\ufffd" * 4),
        ("https://a.ru/" + "я" * 100_000, "https://a.ru/" + "я" * (MOST_SHOWN - 13)),
    ],
)
def test_an_address_is_written_as_people_read_it(url, shown):
    assert readable(url) == shown
