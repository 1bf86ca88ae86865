"""«Проверка установки»: what was seen, in words, and what can be done about it there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import Sighting
from operators.models import Change
from sphaera_support.administration.seen import WORDS
from tests.cast import browser_of
from tests.sphaera_support.administration.forms import page_of

pytestmark = pytest.mark.once

SHOP = "https://shop.example.ru"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def admin(elena):
    return browser_of(elena)


def was_seen(site, outcome, origin=SHOP, *, ago=timedelta(0), **fields):
    at = timezone.now() - ago
    return Sighting.objects.create(site=site, origin=origin, outcome=outcome, seen_at=at, **fields)


def page(admin, site):
    return page_of(admin.get(f"/sites/{site.pk}/check/"))


def test_every_outcome_has_its_words(admin, site):
    assert set(WORDS) == set(Sighting.Outcome)
    for number, outcome in enumerate(Sighting.Outcome):
        was_seen(site, outcome, f"https://s{number}.ru", minutes=4)
    shown = page(admin, site)
    for _look, title, _words in WORDS.values():
        assert str(title) in shown
    assert "впереди наших на 4 мин" in shown
    assert "ключ этого сайта: demo" in shown
    assert "%(" not in shown


def test_a_refused_origin_is_added_by_a_press(admin, site):
    seen = was_seen(site, "not_listed", "https://xn--e1afmkfd.xn--p1ai")
    assert "Добавить домен: https://пример.рф" in page(admin, site)
    answer = admin.post(f"/sites/{site.pk}/check/{seen.pk}/")
    assert answer["Location"] == f"/sites/{site.pk}/check/?saved=saved"
    site.refresh_from_db()
    assert (site.origins, site.version) == (["https://xn--e1afmkfd.xn--p1ai"], 2)
    shown = page(admin, site)
    assert "Добавить домен" not in shown
    assert "Теперь домен в списке" in shown
    assert Change.objects.get().after == {"origins": ["https://xn--e1afmkfd.xn--p1ai"]}


def test_letters_that_look_like_others_are_told_apart(admin, site):
    """«аpple.com» begins with a Cyrillic letter: anybody can make us see it."""
    was_seen(site, "not_listed", "https://xn--pple-43d.com")
    shown = page(admin, site)
    assert "https://аpple.com" in shown
    assert "https://xn--pple-43d.com" in shown


def test_what_was_not_refused_for_that_is_not_added(admin, site, other_site):
    loaded, strange = was_seen(site, "loaded"), was_seen(other_site, "not_listed")
    for seen in (loaded, strange):
        assert admin.post(f"/sites/{site.pk}/check/{seen.pk}/").status_code == 404


def test_a_frame_whose_token_came_is_no_news(admin, site):
    was_seen(site, "opened", ago=MINUTE)
    assert "Токена нет" in page(admin, site)
    was_seen(site, "loaded", ago=MINUTE)
    assert "Токена нет" not in page(admin, site)


def test_a_token_of_yesterday_is_none_of_now(admin, site):
    was_seen(site, "loaded", ago=60 * MINUTE)
    was_seen(site, "opened")
    assert "Токена нет" in page(admin, site)


def test_the_latest_stands_first(admin, site, other_site):
    was_seen(site, "loaded", "https://old.ru", ago=MINUTE)
    was_seen(site, "loaded", "https://new.ru")
    was_seen(other_site, "loaded", "https://neighbour.ru")
    shown = page(admin, site)
    assert shown.index("new.ru") < shown.index("old.ru")
    assert "neighbour.ru" not in shown


def test_nothing_seen_says_what_to_do(admin, site):
    assert "Поставьте код" in page(admin, site)


def test_the_list_of_sites_says_when_it_was_shown_last(admin, site):
    assert "ещё ни разу" in page_of(admin.get("/sites/"))
    seen = was_seen(site, "loaded")
    assert seen.seen_at.strftime("%Y-%m-%dT%H:%M") in page_of(admin.get("/sites/"))


def test_many_rows_cost_no_more(admin, site, django_assert_max_num_queries):
    for number in range(20):
        was_seen(site, "not_listed", f"https://s{number}.ru")
    with django_assert_max_num_queries(12):
        page(admin, site)
