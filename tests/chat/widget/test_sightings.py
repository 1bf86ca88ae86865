"""What the installation sees of its windows: where they came up, and why they did not."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions import sightings
from chat.actions.sightings import EVERY, MOST, note_sighting
from chat.actions.visitors import end_chat_session
from chat.models import Sighting
from operators.buckets import Bucket
from tests.cast import browser_of, signed, token

pytestmark = pytest.mark.once

SHOP = "https://shop.example.ru"
Outcome = Sighting.Outcome


@pytest.fixture(autouse=True)
def shop(site):
    site.origins = [SHOP, "https://*.below.ru"]
    site.save()


def frame(referer):
    headers = {"Sec-Fetch-Dest": "iframe", "Referer": referer}
    return browser_of().get("/widget/demo/", headers=headers)


def window(bearer, origin=SHOP):
    headers = {"Authorization": f"Bearer {bearer}", "X-Page-Origin": origin}
    return browser_of().get("/widget/demo/window/", headers=headers)


def seen():
    return [(one.origin, one.outcome, one.minutes) for one in Sighting.objects.order_by("pk")]


def seconds(**ahead):
    return timezone.now().timestamp() + timedelta(**ahead).total_seconds()


def test_a_window_that_came_up(marina):
    frame(f"{SHOP}/")
    assert window(token(marina)).status_code == 200
    assert seen() == [(SHOP, "opened", 0), (SHOP, "loaded", 0)]


def test_an_origin_that_is_not_listed(site):
    assert frame("https://www.shop.example.ru/").status_code == 200
    assert seen() == [("https://www.shop.example.ru", "not_listed", 0)]


@pytest.mark.parametrize("origin", ["https://below.ru", "https://a.b.below.ru"])
def test_one_below_a_listed_domain_is_listed(site, origin):
    frame(f"{origin}/")
    assert seen() == [(origin, "opened", 0)]


def test_a_page_whose_policy_lets_no_frame_in(site):
    answer = browser_of().get("/widget/demo/blocked.js", headers={"Referer": f"{SHOP}/"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert seen() == [(SHOP, "frame_src", 0)]


def test_our_own_cabinet_is_listed_always(site):
    frame("http://127.0.0.1:8000/")
    assert seen() == [("http://127.0.0.1:8000", "opened", 0)]


@pytest.mark.parametrize("referer", ["", "null", "about:blank", "https://", "чушь", "x" * 5000])
def test_who_does_not_tell_is_not_noted(site, referer):
    headers = {"Sec-Fetch-Dest": "iframe", "Referer": referer.encode().decode("latin1")}
    assert browser_of().get("/widget/demo/", headers=headers).status_code == 200
    assert seen() == []


@pytest.mark.parametrize(
    ("claims", "outcome", "minutes"),
    [
        ({"iat": -20, "exp": -12}, "expired", 12),
        ({"iat": 4.5, "exp": 9}, "ahead", 4),
        ({"nbf": 7.5}, "ahead", 7),
        ({"exp": 30}, "lasting", 0),
        ({"aud": "other"}, "audience", 0),
        ({"aud": ["demo"]}, "audience", 0),
        ({"sub": 17}, "malformed", 0),
        ({"name": None}, "malformed", 0),
    ],
)
def test_why_a_token_was_refused(site, claims, outcome, minutes):
    at = {key: seconds(minutes=claims[key]) for key in ("iat", "exp", "nbf") if key in claims}
    assert window(signed(site, **claims | at)).status_code == 401
    assert seen() == [(SHOP, outcome, minutes)]


def test_another_secret_is_another_signature(site):
    bearer = signed(site)
    site.secret = "z" * 64
    site.save()
    window(bearer)
    assert seen() == [(SHOP, "signature", 0)]


@pytest.mark.parametrize("is_old", [True, False])
def test_with_two_secrets_what_is_wrong_is_what_the_one_says_that_signed(site, is_old):
    old = signed(site, aud="other")
    site.previous_secret, site.secret = site.secret, "z" * 64
    site.previous_secret_until = timezone.now() + timedelta(hours=1)
    site.save()
    window(old if is_old else signed(site, aud="other"))
    assert seen() == [(SHOP, "audience", 0)]


def test_who_signed_out_is_no_fault_of_the_site(site, marina):
    before = token(marina, at=timezone.now() - timedelta(minutes=1))
    end_chat_session(site, marina.subject, at=timezone.now())
    assert window(before).status_code == 401
    assert browser_of().get("/widget/demo/window/").status_code == 401
    assert seen() == []


@pytest.mark.parametrize("told", ["https://evil.example.com", "<script>", "", "x" * 9000])
def test_a_page_that_could_not_frame_it_is_nobody_s(marina, told):
    window(token(marina), told)
    assert seen() == [("", "loaded", 0)]


# What it costs


def test_of_many_loads_one_a_minute_is_noted(marina):
    window(token(marina))
    first = Sighting.objects.get().seen_at
    for _time in range(3):
        window(token(marina))
    assert Sighting.objects.get().seen_at == first


def test_and_a_minute_later_again(site):
    at = timezone.now()
    for later in (timedelta(0), EVERY / 2, EVERY, EVERY * 1.5):
        note_sighting(site, SHOP, Outcome.LOADED, at=at + later)
    assert Sighting.objects.get().seen_at == at + EVERY


def test_the_latest_few_are_kept_of_each_kind(site, monkeypatch):
    monkeypatch.setattr(sightings.lately, "of_anybody", Bucket(capacity=1000, rate=0))
    at = timezone.now()
    note_sighting(site, SHOP, Outcome.LOADED, at=at)
    for number in range(MOST + 5):
        origin = f"https://s{number}.ru"
        note_sighting(site, origin, Outcome.NOT_LISTED, at=at + timedelta(seconds=number))
    kept = Sighting.objects.filter(outcome=Outcome.NOT_LISTED)
    assert kept.count() == MOST
    assert not kept.filter(origin="https://s4.ru").exists()
    assert Sighting.objects.filter(origin=SHOP).exists()


def test_who_makes_origins_up_is_noted_only_so_often(site, monkeypatch):
    monkeypatch.setattr(sightings.lately, "of_anybody", Bucket(capacity=10, rate=0))
    for number in range(60):
        frame(f"https://made-up-{number}.ru/")
    assert Sighting.objects.count() <= MOST
    before = Sighting.objects.values_list("origin", flat=True).first()
    frame("https://one-more.ru/")
    assert Sighting.objects.values_list("origin", flat=True).first() == before


def test_a_window_that_cannot_be_noted_comes_up(site, marina, monkeypatch, caplog):
    def fails(*_args):
        raise DatabaseError("disk is full")

    monkeypatch.setattr(sightings, "_note", fails)
    assert window(token(marina)).status_code == 200
    assert "is not noted" in caplog.text


def test_nothing_of_a_person_is_kept(site, marina):
    window(token(marina))
    window(signed(site, aud="other", sub="marina", name="Орлова"))
    fields = {field.name for field in Sighting._meta.get_fields()}
    assert fields == {"id", "site", "origin", "outcome", "minutes", "seen_at"}


def test_what_was_noted_lately_costs_the_window_nothing(marina):
    window(token(marina))
    with CaptureQueriesContext(connection) as asked:
        window(token(marina))
    assert len(asked) > 0
    assert [one["sql"] for one in asked if "sighting" in one["sql"]] == []
