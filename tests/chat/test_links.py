"""What becomes a link in a message, and what it costs to find out."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import markup
from chat.actions import posts
from chat.markup import MOST_LINKS, find_links, to_html
from chat.models import InternalMessage, Message
from tests.cast import answers, makes_group, writes, writes_among_staff

ANCHOR = re.compile(r'<a class="link" href="([^"]*)"[^>]*>([^<]*)</a>')


def links(text: str) -> list[str]:
    """What is pressed in the text."""
    return [unescape(shown) for _href, shown in ANCHOR.findall(to_html(text, find_links(text)))]


def targets(text: str) -> list[str]:
    return [unescape(href) for href, _shown in ANCHOR.findall(to_html(text, find_links(text)))]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://example.ru/a?b=1&c=2#d", "https://example.ru/a?b=1&c=2#d"),
        ("HTTP://YA.RU", "HTTP://YA.RU"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("https://setup.py", "https://setup.py"),
        ("www.setup.py", "http://www.setup.py"),
        ("ya.ru", "http://ya.ru"),
        ("a.ya.ru:8080/b/@c", "http://a.ya.ru:8080/b/@c"),
        ("ya.ru?q=1", "http://ya.ru?q=1"),
        ("кириллица.рф/путь", "http://кириллица.рф/путь"),
        ("xn--80asehdb.xn--p1ai", "http://xn--80asehdb.xn--p1ai"),
        ("a.b+c@mail.ru", "mailto:a.b+c@mail.ru"),
        ("ivan@company.py", "mailto:ivan@company.py"),
        ("mailto:a@b.ru", "mailto:a@b.ru"),
        ("https://ru.wikipedia.org/wiki/Ёж_(зверь)", "https://ru.wikipedia.org/wiki/Ёж_(зверь)"),
        ("https://a.ru/«b»", "https://a.ru/«b»"),
        ("https://a.ru/“b”", "https://a.ru/“b”"),
        ("https://a.ru/x[0][1]", "https://a.ru/x[0][1]"),
    ],
)
def test_all_of_it_is_one_link(text, href):
    assert (links(text), targets(text)) == ([text], [href])


@pytest.mark.parametrize(
    "text",
    [
        *("setup.py", "start.sh", "README.md", "main.rs", "build.pl", "data.zip", "clip.mov"),
        *("App.app", "libc.so", "main.cc:12", "README.md#run", "requirements.in", "vk.cc/ab"),
        *("logo.ai", "icon@2x.png", "model.pt", "Main.java", "ya.ru.txt", "т.е.", "1.2.3.4"),
        *("file:///etc/passwd", "ftp://a.ru", "javascript:alert(1)", "//evil.ru", "data:a.ru"),
        *("C:\\dir\\ya.ru", "../docs/ya.ru", "a@b", "@", "http://", "http://(", "a.ru@"),
        *("г.Москва", "сломалось.Сайт", "x" * 70 + ".ru", "a.ru/" + "x" * 2000),
    ],
)
def test_none_of_it_is_a_link(text):
    assert links(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Смотрите https://ya.ru.", ["https://ya.ru"]),
        ("«https://ya.ru/a»", ["https://ya.ru/a"]),
        ("„https://ya.ru/a“, вот", ["https://ya.ru/a"]),
        ("“https://ya.ru/a”", ["https://ya.ru/a"]),
        ('"https://ya.ru/a"', ["https://ya.ru/a"]),
        ("(см. ya.ru/a_(b))", ["ya.ru/a_(b)"]),
        ("(ya.ru)", ["ya.ru"]),
        ("[тут](https://ya.ru/a)", ["https://ya.ru/a"]),
        ("<https://ya.ru/a>", ["https://ya.ru/a"]),
        ("`ya.ru`", ["ya.ru"]),
        ("«Отчёт (https://ya.ru/a)»,потом", ["https://ya.ru/a"]),
        ("ya.ru/a!?..", ["ya.ru/a"]),
        ("ya.ru/a('b", ["ya.ru/a"]),
        ("http://a.ru,http://b.ru", ["http://a.ru", "http://b.ru"]),
        ("пишите на a@b.ru, или ya.ru", ["a@b.ru", "ya.ru"]),
        ("ya.ru\nhttps://b.ru\tc.com", ["ya.ru", "https://b.ru", "c.com"]),
    ],
)
def test_what_stands_around_a_link_is_not_in_it(text, shown):
    assert links(text) == shown


def test_a_message_holds_so_many_links_and_the_rest_is_text():
    text = " ".join(f"a{number}.ru" for number in range(200))
    assert links(text) == text.split()[:MOST_LINKS]


def test_nobody_breaks_out_of_a_link():
    html = to_html(text := "https://a.ru/'onclick='x&<b>\"", find_links(text))
    assert html.startswith('<a class="link" href="https://a.ru/&#x27;onclick=&#x27;x&amp;"')
    assert html.endswith("&lt;b&gt;&quot;")


PIECES = st.sampled_from(
    [
        *("http://", "https://ya.ru", "ya.ru", "a@b.ru", "www.", "mailto:", "setup.py", "рф"),
        *"()[]{}«»“”„‘’<>\"'`.,:;!?…/#@-_+& \\\nxё1\u200b",
    ]
)
WRITTEN = st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join)


@given(WRITTEN)
def test_the_text_stays_what_it_was(text):
    html = to_html(text, find_links(text))
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text


@given(WRITTEN)
def test_only_links_are_markup_and_they_lead_to_the_web_or_to_mail(text):
    html = to_html(text, find_links(text))
    assert not re.search("[<>\"']", ANCHOR.sub("", html))
    assert all(re.match("(?i)https?://|mailto:", href) for href in targets(text))


@given(WRITTEN)
def test_brackets_and_quotation_marks_of_a_link_are_in_pairs(text):
    for shown in links(text):
        for opening, closing in ("()", "[]", "{}", "«»"):
            assert shown.count(opening) == shown.count(closing)


@pytest.mark.parametrize(
    "piece",
    [
        *("(", "a.ru/(", "a.ru/((\"'", "a.", "a.ru.", "@", "a@", "a@a.", "a-", "http://"),
        *("mailto:", "http://[", "http://[:", "a.b ", "a.ru ", "([{«“„", "www.", ".", "+"),
        *("a.ru:9", " ", "\t"),
        *("https://a/(", "a" * 64 + ".", "xn--", "\n  a", "a  ", "‘’", "a.ru/;", "a.ru/'\""),
    ],
)
def test_half_a_million_marks_are_searched_in_no_time(piece):
    """Were any step quadratic, this would not end before the test run gives up on it."""
    text = ("a.ru/" + piece * 500_000)[:500_000]
    to_html(text, find_links(text))


# Where it is done


def test_links_are_found_when_a_message_is_written(marina, ilya, dialogue):
    answers(ilya, dialogue, "Это на ya.ru")
    writes(marina, "a@b.ru не отвечает")
    kept = Message.objects.exclude(links="").order_by("seq").values_list("links", flat=True)
    assert list(kept) == ["7-12", "0-6"]


def test_links_are_found_when_a_colleague_writes(ilya, anton):
    writes_among_staff(ilya, makes_group(ilya, "Смена", anton), "ya.ru")
    assert InternalMessage.objects.get(text="ya.ru").links == "0-5"


def test_showing_a_message_searches_nothing(wires, marina, ilya, dialogue, monkeypatch):
    tab = wires.visitor(marina)
    tab.ask("message", text="Смотрите ya.ru")
    monkeypatch.setattr(posts, "find_links", None)
    monkeypatch.setattr(markup, "_spans", None)
    (shown,) = tab.ask("sync", after=1)["messages"][-1:]
    assert 'href="http://ya.ru"' in shown["html"]
