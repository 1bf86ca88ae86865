"""Browser, system and device as far as a header names them, and no further."""

import pytest

from chat.agents import LONGEST_SHOWN, agent_of

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
FIREFOX = "Gecko/20100101 Firefox/128.0"
PC = "Компьютер"


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} YaBrowser/26.10.0.0 Safari/537.36",
            ("Яндекс Браузер 26.10", "Linux", PC),
        ),
        (
            f"Mozilla/5.0 (X11; Astra Linux 1.8; Linux x86_64) {CHROME} Safari/537.36",
            ("Chrome 148", "Astra Linux 1.8", PC),
        ),
        (
            f"Mozilla/5.0 (X11; U; ALT Linux; Linux x86_64; rv:128.0) {FIREFOX}",
            ("Firefox 128", "ALT Linux", PC),
        ),
        (
            f"Mozilla/5.0 (X11; RED OS; Linux x86_64; rv:128.0) {FIREFOX}",
            ("Firefox 128", "РЕД ОС", PC),
        ),
        (f"Mozilla/5.0 (X11; Ubuntu; rv:128.0) {FIREFOX}", ("Firefox 128", "Ubuntu", PC)),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36 Chromium-GOST/130.0",
            ("Chromium-Gost 130", "Linux", PC),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/148.0.0.0",
            ("Edge 148", "Windows 10 или 11", PC),
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            ("IE 11", "Windows 7", PC),
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/26.0 Safari/605",
            ("Safari 26", "macOS", PC),
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) "
                f"{SAFARI} Version/26.0 Mobile/15E148 Safari/604.1"
            ),
            ("Safari 26", "iOS", "Телефон, iPhone"),
        ),
        (
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) "
                f"{SAFARI} Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            ("Safari 17", "iOS 17", "Планшет, iPad"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36",
            ("Chrome Mobile 148", "Android", "Телефон"),
        ),
        (
            (
                "Mozilla/5.0 (Linux; arm_64; Android 14; SM-A515F) "
                f"{CHROME} YaBrowser/26.10.1.0 Mobile Safari/537.36"
            ),
            ("Яндекс Браузер 26.10", "Android 14", "Телефон, Samsung SM-A515F"),
        ),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", ("Googlebot 2", "", "Робот")),
        ("Новый браузер 1.0", ("Новый браузер 1.0", "", "")),
        ("", ("", "", "")),
    ],
)
def test_what_a_header_names(header, known):
    assert tuple(agent_of(header)) == known


def test_one_that_nobody_knows_is_shown_cut():
    assert agent_of("ы" * 100_000).browser == "ы" * LONGEST_SHOWN
