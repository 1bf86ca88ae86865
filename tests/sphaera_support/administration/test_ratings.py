"""«Оценки»: how visitors of a site are asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.ratings import ask_for_rating
from departments.models import Scale, Site
from operators.models import Change
from tests.cast import browser_of, open_site

pytestmark = pytest.mark.once

FIELDS = {
    "rating_scale": "ten",
    "rating_question": "Как вам?",
    "rating_thanks": "Приходите ещё",
    "rating_pause": "30",
    "rates_at_closing": "on",
    "shown_version": "1",
}


def saves(account, address="/settings/rating/", **changes):
    return browser_of(account).post(address, FIELDS | changes)


def test_it_is_saved_and_noted(elena, site):
    answer = saves(elena)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/rating/?saved=saved")
    site.refresh_from_db()
    assert (site.rating_scale, site.rating_pause) == (Scale.TEN, timedelta(minutes=30))
    assert (site.rates_at_closing, site.shows_ratings) == (True, False)
    change = Change.objects.get()
    assert (change.before["rating_pause"], change.after["rating_pause"]) == (600, 1800)
    assert change.after["rating_scale"] == "ten"
    assert "name" not in change.after


def test_the_next_request_goes_by_it(elena, ilya, dialogue):
    saves(elena)
    request = ask_for_rating(ilya, dialogue.public_id, at=timezone.now())
    assert (request.scale, request.question, request.thanks) == ("ten", "Как вам?", "Приходите ещё")


def test_the_page_shows_what_there_is(elena, site):
    page = browser_of(elena).get("/settings/rating/").content.decode()
    for label in ("Шкала", "Показывать оценку оператору", "Запрашивать при закрытии"):
        assert label in page
    assert page.count("checked") == 1  # that operators are shown it


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating_scale": "seven"},
        {"rating_pause": "-1"},
        {"rating_pause": "1441"},
        {"rating_pause": "потом"},
        {"rating_question": "я" * 121},
        {"rating_thanks": "\u202eя"},
    ],
)
def test_what_is_wrong_is_said_and_not_saved(elena, site, wrong):
    assert saves(elena, **wrong).status_code == 422
    assert Site.objects.get().version == 1


def test_of_two_administrators_the_second_reads_what_the_first_did(elena, site):
    saves(elena)
    stale = saves(elena, rating_scale="thumbs")
    assert stale.status_code == 409
    assert "шкала оценки" in stale.content.decode()


def test_each_site_has_its_own(elena, site, first_line):
    other = open_site("shop", first_line)
    saves(elena, f"/settings/rating/{other.pk}/")
    scales = dict(Site.objects.values_list("key", "rating_scale"))
    assert scales == {"demo": "stars", "shop": "ten"}
    page = browser_of(elena).get("/settings/rating/").content.decode()
    assert f"/settings/rating/{other.pk}/" in page


def test_it_is_administrators_alone(ilya, site):
    assert browser_of(ilya).get("/settings/rating/").status_code == 403
    assert saves(ilya).status_code == 403
    assert browser_of(None).get("/settings/rating/").status_code == 302
