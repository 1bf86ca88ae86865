"""What notices may say is an administrator's word, and known at once wherever a zone is open."""

import pytest

from chat.notices.rules import notice_rules
from operators.models import Change
from tests.cast import browser_of

FORM = {"hides_text": "on", "shown_version": "0"}


def says(account, **form):
    return browser_of(account).post("/settings/notices/", FORM | form)


def test_open_zones_are_told_and_the_next_ones_know(wires, elena, ilya):
    zone = wires.operator(ilya)
    assert zone.welcome["hides_text"] is False
    assert says(elena).status_code == 302
    assert zone.expect("notices") == {"type": "notices", "hides_text": True}
    assert 'data-hides-text="yes"' in browser_of(ilya).get("/chat/").content.decode()


@pytest.mark.django_db
def test_it_is_noted_and_two_notice_each_other(elena):
    says(elena)
    assert Change.objects.latest("pk").after == {"hides_text": True}
    assert says(elena, hides_text="").status_code == 409


@pytest.mark.django_db
def test_no_log_knows_the_key(elena):
    says(elena, pushes="on")
    assert notice_rules().push_key not in str(Change.objects.latest("pk").__dict__)
