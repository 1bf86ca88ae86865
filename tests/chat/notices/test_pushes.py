"""Notices through the servers of browsers: sealed, to whom they concern now, if allowed at all."""

from datetime import timedelta
from ipaddress import ip_network

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from chat.actions.accounts import deactivate_account
from chat.actions.messages import mark_read_by_operator
from chat.actions.sign_ins import end_sessions
from chat.models import PushDelivery, PushNotice, PushSubscription
from chat.notices.actions.deliveries import PAUSES, WORTH
from chat.notices.sealing import CURVE, decoded
from operators.models import Account, Intention, Lease, SignIn
from tests.cast import (
    SECRET,
    browser_of,
    is_present,
    makes_group,
    transfers,
    writes,
    writes_among_staff,
)
from tests.chat.notices.browser import Browser, pushes, says_of_notices
from tests.chat.webhooks.receiver import Receiver

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def service(settings):
    """That of a browser's maker, on this machine."""
    settings.PUSH_NETWORKS = [ip_network("127.0.0.1/32")]
    with Receiver() as running:
        yield running


@pytest.fixture
def of_ilya(elena, ilya, dialogue, service):
    """His browser; he is in the zone, and talks to Marina."""
    says_of_notices(elena)
    is_present(ilya)
    return Browser(ilya, f"{service.url}/ilya")


def test_who_talks_reads_it_and_the_service_does_not(of_ilya, marina, dialogue, service):
    writes(marina, SECRET)
    assert pushes() == 1
    (told,) = service.told
    said = of_ilya.reads(told.body)
    assert (said["title"], said["body"]) == (marina.name, SECRET)
    assert said["url"] == f"/chat/{dialogue.public_id}/"
    assert SECRET.encode() not in told.body
    assert (told.headers["Content-Encoding"], told.headers["Urgency"]) == ("aes128gcm", "high")
    assert (PushDelivery.objects.count(), pushes()) == (0, 0)


def test_the_service_is_told_by_which_installation(of_ilya, marina, service):
    writes(marina)
    pushes()
    token, key = service.told[0].headers["Authorization"].removeprefix("vapid t=").split(", k=")
    point = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
    assert jwt.decode(token, point, ["ES256"], audience=service.url)["sub"]


def test_where_texts_are_hidden_only_that_there_is_something_goes(
    of_ilya, elena, marina, sergey, ilya, anton, dialogue, service
):
    says_of_notices(elena, hides_text=True)
    writes(marina, SECRET)
    writes(sergey, SECRET)
    writes_among_staff(anton, makes_group(anton, "Смена", ilya), SECRET)
    pushes()
    said = [of_ilya.reads(told.body) for told in service.told]
    assert [(one["title"], one["body"]) for one in said] == [
        *[("Новое сообщение", ""), ("Новый диалог", ""), ("Новое сообщение", "")]
    ]


def test_who_may_accept_or_is_to_take_over_is_called(
    of_ilya, elena, ilya, anton, dialogue, sergey, service
):
    of_anton = Browser(anton, f"{service.url}/anton")
    is_present(anton)
    writes(sergey, "Не входит")
    transfers(ilya, dialogue, anton)
    pushes()
    titles = {
        told.path: (of_ilya if told.path == "/ilya" else of_anton).reads(told.body)["title"]
        for told in service.told
    }
    assert titles == {
        "/ilya": f"Новый посетитель: {sergey.name}",
        "/anton": f"Вам передают: {dialogue.visitor.name}",
    }


def on_a_break(ilya, _conversation):
    Account.objects.filter(pk=ilya.pk).update(intention=Intention.BREAK)


def elsewhere(_ilya, _conversation):
    Lease.objects.update(released_at=timezone.now(), valid_until=timezone.now())


def has_read_it(ilya, conversation):
    conversation.refresh_from_db()
    mark_read_by_operator(ilya, conversation.public_id, conversation.last_seq, at=timezone.now())


def signed_out_everywhere(ilya, _conversation):
    end_sessions(ilya, at=timezone.now())


@pytest.mark.parametrize("is_so", [on_a_break, elsewhere, has_read_it, signed_out_everywhere])
def test_nothing_goes_to_who_is(is_so, of_ilya, ilya, marina, dialogue, service):
    writes(marina)
    is_so(ilya, dialogue)
    pushes()
    assert service.told == []


@pytest.mark.parametrize("path", ["403", "410"])
def test_a_browser_that_is_gone_is_forgotten(path, of_ilya, marina, service):
    PushSubscription.objects.update(endpoint=f"{service.url}/{path}")
    writes(marina)
    pushes()
    assert not PushSubscription.objects.exists()


def test_what_fails_goes_again_while_it_is_worth_it(of_ilya, marina, service):
    PushSubscription.objects.update(endpoint=f"{service.url}/500")
    writes(marina)
    at = timezone.now()
    assert [pushes(at=at), pushes(at=at)] == [1, 0]
    assert pushes(at=at + PAUSES[0] + timedelta(seconds=1)) == 1
    PushNotice.objects.update(at=at - WORTH)
    assert pushes(at=at + PAUSES[0] + PAUSES[1] + timedelta(seconds=9)) == 1
    assert not PushDelivery.objects.exists()


def test_nothing_goes_unless_it_is_switched_on(of_ilya, elena, marina, service):
    says_of_notices(elena, pushes=False)
    assert not PushSubscription.objects.exists()
    writes(marina)
    assert (PushNotice.objects.count(), pushes(), service.told) == (0, 0, [])


def signs_out(_ilya, browser):
    browser.client.post("/logout/")
    assert SignIn.objects.exists()


def is_put_off(ilya, _browser):
    deactivate_account(ilya, at=timezone.now())


@pytest.mark.parametrize("ends", [signs_out, is_put_off])
def test_the_wish_ends_with_the_session_or_the_account(ends, of_ilya, ilya, elena):
    ends(ilya, of_ilya)
    assert not PushSubscription.objects.exists()


def test_a_browser_asks_for_it_and_wants_it_no_more(of_ilya):
    draft = {"endpoint": "https://push.example.com/send/1", **of_ilya.keys}
    assert of_ilya.client.post("/chat/notices/subscribe/", draft).status_code == 204
    assert PushSubscription.objects.get().endpoint == draft["endpoint"]
    assert of_ilya.client.post("/chat/notices/unsubscribe/").status_code == 204
    assert not PushSubscription.objects.exists()


WRONG = {
    "a plain address": {"endpoint": "http://push.example.com/send/1"},
    "an address inside": {"endpoint": "https://10.0.0.1/send/1"},
    "a long one": {"endpoint": f"https://push.example.com/{'a' * 1000}"},
    "no point of the curve": {"public_key": "B" + "A" * 86},
    "no base64": {"public_key": "ключ"},
    "a short secret": {"secret": "AAAA"},
    "nothing": {"endpoint": "", "public_key": "", "secret": ""},
}


def test_what_leads_nowhere_is_refused(of_ilya):
    good = {"endpoint": "https://push.example.com/send/1", **of_ilya.keys}
    statuses = {
        name: of_ilya.client.post("/chat/notices/subscribe/", good | wrong).status_code
        for name, wrong in WRONG.items()
    }
    assert statuses == dict.fromkeys(WRONG, 422)


def test_the_worker_is_a_script_of_the_zone_under_the_usual_policy():
    answer = browser_of().get("/chat/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
