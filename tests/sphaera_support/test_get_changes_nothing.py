"""Looking changes nothing: every page is opened, and every row is as it was."""

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import serializers

from chat.models import Sighting
from operators.models import Account, Lease, SignIn
from reports.models import CountingCursor, DailyTotal, Share, Tally
from tests.cast import browser_of, signs_in_to_cabinet, token
from tests.sphaera_support.test_access import MATRIX, addresses, as_it_is, collected

__all__ = ["addresses", "collected"]  # fixtures

pytestmark = pytest.mark.once

# Presence is the one thing that opening a page means, and leases are where it is kept. That a
# window was opened is what sightings are, that a session is used what sign-ins are.
# What reports count of conversations, whoever asks has caught up first.
COUNTED = {Tally, Share, DailyTotal, CountingCursor}
NOT_COMPARED = {Session, Lease, Sighting, SignIn, *COUNTED}


def rows() -> dict[tuple[str, object], str]:
    models = [model for model in apps.get_models() if model not in NOT_COMPARED]
    return {
        (model._meta.label, row.pk): serializers.serialize("json", [row])
        for model in models
        for row in model._base_manager.all()
    }


def test_opening_it_changes_nothing(addresses, marina, elena, customer):
    browser = browser_of(elena)
    signs_in_to_cabinet(browser, customer)
    Account.objects.update(last_login=None)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    before = rows()
    for name in MATRIX:
        as_it_is(browser).get(addresses[name], headers=bearer if "widget" in name else {})
    assert set(rows().items()) ^ set(before.items()) == set()


def test_asking_for_the_way_out_leaves_one_in(ilya):
    browser = browser_of(ilya)
    page = browser.get("/logout/")
    assert b'method="post"' in page.content
    assert browser.get("/chat/").status_code == 200
