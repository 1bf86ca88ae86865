"""A page names instants; their clock is the reader's alone (static/js/shared/times.js)."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from chat.actions.departure import promise_answer
from chat.models import Conversation
from chat.rooms import actions as internal
from tests.cast import accepts, answers, browser_of, token, writes, writes_among_staff

pytestmark = pytest.mark.django_db(transaction=True)

CLOCK = re.compile(r"\b\d{1,2}:\d\d\b")
INSTANT = re.compile(r'<time[^>]* datetime="(\d{4}-\d\d-\d\dT[^"]+)"[^>]*>.*?</time>')
CHOICE = re.compile(r'<option[^>]* data-moment="([^"]+)"[^>]*>.*?</option>')
NO_CLOCK = re.compile(r"ожидание [\d:]+")


def clocks_beside_instants(html: str) -> list[str]:
    for known in (INSTANT, CHOICE, NO_CLOCK):
        html = known.sub("", html)
    return CLOCK.findall(re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def talk(marina, ilya, sergey, anton) -> Conversation:
    """With all that has a time in it."""
    marina.site.time_zone = "America/New_York"
    marina.site.save()
    conversation = accepts(ilya, writes(marina, "Не приходит счёт").conversation)
    answers(ilya, conversation, "Смотрю")
    answers(ilya, conversation, "Спросить в бухгалтерии", note=True)
    promise_answer(
        ilya, conversation.public_id, timezone.now() + timedelta(hours=1), at=timezone.now()
    )
    Conversation.objects.update(kept_until=None)
    writes(marina, "И что же?")
    writes(sergey)
    return conversation


@pytest.fixture
def pair(ilya, anton):
    chat = internal.open_direct_chat(ilya, anton.pk, at=timezone.now())
    writes_among_staff(anton, chat, "Счёт за ноябрь")
    return chat


PAGES = {
    "the zone with a conversation": lambda talk, pair: reverse("zone_conversation", args=[talk]),
    "the lists": lambda talk, pair: f"{reverse('zone')}?part=lists",
    "who leaves": lambda talk, pair: reverse("departure_question"),
    "a chat": lambda talk, pair: reverse("internal_chat", args=[pair]),
    "what was found": lambda talk, pair: reverse("search_chat", args=[pair]) + "?q=счёт",
}


@override_settings(TIME_ZONE="Asia/Kamchatka")
@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_every_time_of_a_page_is_an_instant(ilya, talk, pair, address):
    html = browser_of(ilya).get(address(talk.public_id, pair.public_id)).content.decode()
    assert INSTANT.search(html)
    assert clocks_beside_instants(html) == []


@override_settings(TIME_ZONE="Asia/Kamchatka")
def test_so_it_is_in_the_window(marina, talk):
    answer = browser_of().get(
        reverse("widget_window", args=[marina.site.key]),
        headers={"Authorization": f"Bearer {token(marina)}"},
    )
    html = answer.content.decode()
    assert len(INSTANT.findall(html)) > 2
    assert clocks_beside_instants(html) == []


def test_tomorrow_is_the_site_s(ilya, talk):
    html = browser_of(ilya).get(reverse("departure_question")).content.decode()
    until = datetime.fromisoformat(CHOICE.findall(html)[-1]).astimezone(
        ZoneInfo("America/New_York")
    )
    today = timezone.localdate(timezone=ZoneInfo("America/New_York"))
    assert (until.hour, until.minute, until.date()) == (10, 0, today + timedelta(days=1))
