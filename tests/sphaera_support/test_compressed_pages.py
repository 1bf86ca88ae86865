"""Every page goes over the wire small."""

import pytest
from django.urls import reverse

from tests.cast import browser_of, cabinet_of

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {"the cabinet's door": "cabinet", "the staff's door": "login"}
SECTIONS = ["zone", "accounts", "help", "logout"]
HEADERS = {"Accept-Encoding": "gzip", "Sec-Fetch-Dest": "iframe"}


def is_compressed(client, address):
    answer = client.get(address, headers=HEADERS)
    assert answer.status_code == 200
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("name", OPEN.values(), ids=OPEN)
def test_a_page_for_anybody(name, db):
    assert is_compressed(browser_of(), reverse(name))


@pytest.mark.parametrize("name", SECTIONS)
def test_a_page_of_staff(elena, name):
    assert is_compressed(browser_of(elena), reverse(name))


def test_the_cabinet(customer):
    assert is_compressed(cabinet_of(customer), reverse("cabinet"))


def test_the_window_s_frame(site):
    assert is_compressed(browser_of(), reverse("widget_shell", args=[site.key]))


def test_what_is_streamed_is_sent_as_it_is_read(elena):
    answer = browser_of(elena).get(reverse("export_audit"), headers=HEADERS)
    assert answer.streaming
    assert "Content-Encoding" not in answer.headers
