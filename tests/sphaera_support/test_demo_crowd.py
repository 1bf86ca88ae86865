"""A history that is made at a stretch is one that the actions could have written."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Exists, F, Max, Min, OuterRef
from django.utils import timezone

from chat import access
from chat.history.search import Wanted, search
from chat.history.terms import read_asked
from chat.models import (
    Closing,
    Conversation,
    HistoryEntry,
    Message,
    MissedOffer,
    Ownership,
    Ticket,
    TicketCounter,
    Transfer,
    Visit,
    Visitor,
    Wait,
)
from chat.recount import differences
from operators.models import Account, Lease

pytestmark = pytest.mark.django_db

COUNT = 60
OURS = "^d[0-9a-f]{18}$"


@pytest.fixture
def crowd():
    """Of two months, beside what the demo has anyway."""
    since = timezone.localdate() - timedelta(days=60)
    call_command("demo", operators=2, verbosity=0)
    before = Conversation.objects.count()
    call_command("demo", conversations=COUNT, since=since, verbosity=0)
    return Conversation.objects.filter(public_id__regex=OURS).order_by("pk")[:COUNT], before


def test_a_history_is_whole(crowd):
    """Made once for all of these, since it takes a while."""
    made, before = crowd
    assert Conversation.objects.count() == before + COUNT
    told = Conversation.objects.filter(visitor__subject__startswith="demo-", closed_at=None)
    assert not told.filter(pk__in=made).exists()
    logs: Any = Message.objects.values("conversation").annotate(
        *(Min("seq"), Max("seq"), Count("seq"), Max("visitor_seq"), Count("visitor_seq"))
    )
    assert all(log["seq__min"] == 1 for log in logs)
    assert all(log["seq__max"] == log["seq__count"] for log in logs)
    assert all(log["visitor_seq__max"] == log["visitor_seq__count"] for log in logs)
    ends = {log["conversation"]: log for log in logs}
    for one in Conversation.objects.all():
        assert one.last_seq == ends[one.pk]["seq__max"]
        assert one.last_visitor_seq == ends[one.pk]["visitor_seq__max"]
    assert list(differences(Conversation.objects.all())) == []
    assert_facts_hold()
    assert_they_were_on_the_site()
    assert_it_is_found()
    assert_it_goes_on()


def assert_facts_hold():
    for model in (Ownership, Wait):
        assert not model.objects.filter(ended_at=None, conversation__closed_at__isnull=False)
    closed = Conversation.objects.exclude(closed_at=None).count()
    assert Closing.objects.current().count() == closed
    assert Wait.objects.values("conversation").distinct().count() >= COUNT
    assert set(Wait.objects.values_list("outcome", flat=True)) > {"answered"}
    assert Lease.objects.filter(released_at=None).count() == 0
    assert all(one.decided_at for one in Transfer.objects.exclude(outcome="pending"))
    serials = Ticket.objects.values("year").annotate(last=Max("serial"), count=Count("pk"))
    assert all(year["last"] == year["count"] for year in serials)
    for year in serials:
        assert TicketCounter.objects.get(pk=year["year"]).last == year["last"]


def assert_they_were_on_the_site():
    """As long as they talked at least, and on pages; beside offers that staff let pass."""
    around = Visit.objects.filter(
        visitor=OuterRef("visitor"),
        started_at__lt=OuterRef("started_at"),
        seen_at__gte=OuterRef("closed_at"),
    )
    told = Conversation.objects.filter(public_id__regex=OURS)
    assert not told.exclude(Exists(around)).exists()
    assert not Visit.objects.filter(pages=None).exists()
    assert not Visit.objects.filter(started_at__year__lt=2000).exists()
    passed = MissedOffer.objects.filter(at__gt=F("conversation__started_at"))
    assert MissedOffer.objects.count() == passed.count() > 0


def assert_it_is_found():
    texts = Message.objects.findable().filter(kind="text")
    made = texts.filter(conversation__public_id__regex=OURS)
    assert HistoryEntry.objects.filter(message__in=made).count() == made.count()
    admin = Account.objects.get(login="admin")
    one = max(made, key=lambda message: len(message.text))
    wanted = Wanted(read_asked(one.text), access.visible_to(admin))
    assert HistoryEntry.objects.filter(message__in=search(wanted), folded=one.entry.folded).exists()


def assert_it_goes_on():
    """A second call adds as many, of other people, and the sequences of the database go on."""
    people = Visitor.objects.count()
    call_command("demo", conversations=5, verbosity=0)
    assert Visitor.objects.count() > people
    site = Visitor.objects.order_by("-pk").first().site
    assert Visitor.objects.create(site=site, subject="new", name="Новый").pk


@pytest.mark.once
@pytest.mark.parametrize("day", ["0001-01-01", "2999-01-01"])
def test_a_day_of_which_there_is_no_history_is_refused(day):
    with pytest.raises(CommandError, match="ten years"):
        call_command("demo", "--conversations=1", f"--since={day}")
