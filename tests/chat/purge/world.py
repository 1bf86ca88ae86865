"""What a purge meets: conversations of long ago, and one person of whom everything is kept."""

from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.blocks import BlockDraft, block_visitor
from chat.actions.changes import Doer
from chat.actions.comments import Subject
from chat.actions.history import index_history
from chat.actions.ratings import ask_for_rating
from chat.actions.snapshots import ask_for_snapshot
from chat.files.parts import begin_part, path_of
from chat.files.storage import store_file
from chat.models import (
    Attachment,
    Availability,
    Block,
    Consent,
    Conversation,
    ConversationTag,
    Firing,
    Hold,
    PageView,
    PurgeRun,
    PushDelivery,
    PushNotice,
    Ticket,
    Visitor,
    WebhookAttempt,
    WebhookDelivery,
    Withdrawal,
)
from chat.purge.actions.runs import begin_run, work_on
from chat.purge.terms import Cutoffs
from chat.webhooks.actions.deliveries import begin_test
from operators.models import Account
from reports.actions.counting import count_all
from tests.cast import (
    accepts,
    answers,
    becomes,
    closes,
    comes_from,
    has_archive,
    keep_among_staff,
    notes,
    picture,
    registers,
    takes_out,
    writes,
)
from tests.chat.automatic.rules import rules_that
from tests.chat.mail.sent import dead_letter
from tests.chat.notices.browser import Browser
from tests.chat.webhooks.telling import tells

DAY = timedelta(days=1)
YEARS = timedelta(days=4 * 365)


def purges(before: datetime | None = None, way: Any = PurgeRun.Way.COMMAND) -> PurgeRun:
    """All of a run, by the terms there are or of whatever is older than that."""
    cutoffs = Cutoffs.all_at(before) if before else None
    run = begin_run(way, before=cutoffs)
    for _progress in work_on(run):
        pass
    run.refresh_from_db()
    return run


def uploads(name: str = "схема.png", **owner: Any) -> Attachment:
    return store_file(SimpleUploadedFile(name, picture()), at=timezone.now(), **owner)


def talked(
    visitor: Visitor, operator: Account, *, ago: timedelta = YEARS, files: int = 0
) -> Conversation:
    """A conversation of three messages, closed so long ago."""
    sent = [uploads(visitor=visitor).public_id for _number in range(files)]
    conversation = writes(visitor, files=sent).conversation
    accepts(operator, conversation)
    answers(operator, conversation, "Здравствуйте!")
    closes(operator, conversation)
    then = timezone.now() - ago
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=then, started_at=then)
    Visitor.objects.filter(pk=visitor.pk).update(first_seen_at=then)
    return conversation


def keep_everything(
    ilya: Account, anton: Account, elena: Account, dialogue: Conversation, said: str = "Вот снимок"
) -> Visitor:
    """A row at least of every model that ever goes, of a person whom nothing holds any more."""
    visitor = dialogue.visitor
    began_at = timezone.now()
    visit = comes_from(visitor, "203.0.113.7")
    PageView.objects.create(visit=visit, url="https://example.ru/", opened_at=began_at)
    Consent.objects.create(visitor=visitor, version=99, given_at=began_at, address="203.0.113.7")
    shot = uploads(f"{said}.png", visitor=visitor)
    shown = writes(visitor, said, files=[shot.public_id])
    registers(ilya, dialogue, messages=[shown.seq], files=[shot.public_id])
    ask_for_rating(ilya, dialogue.public_id, at=began_at)
    ask_for_snapshot(ilya, dialogue.public_id, at=began_at)
    notes(ilya, dialogue, said, Subject.NETWORK)
    keep_among_staff(ilya, anton, dialogue)
    for ticket in Ticket.objects.open():
        becomes(ilya, ticket, "closed")
    closes(ilya, dialogue)
    index_history(at=timezone.now() + DAY)
    block_visitor(Doer(ilya), dialogue.public_id, BlockDraft("спам"), at=began_at)
    Block.objects.update(lifted_at=began_at, lifted_by=ilya)
    Hold.objects.create(
        visitor=visitor, reason="спор", until=began_at - DAY, by=elena, by_name="-", at=began_at
    )
    uploads(visitor=visitor)
    part = begin_part("видео.mp4", 1000, at=began_at, visitor=visitor)
    path_of(part).parent.mkdir(parents=True, exist_ok=True)
    path_of(part).write_bytes(b"half")
    Availability.objects.create(
        site=visitor.site, began_at=began_at, ended_at=began_at, cause="nobody", is_open=True
    )
    _who_signed_in(ilya)
    _goes_outside(ilya, elena, visitor)
    count_all(DAY)
    return visitor


def _goes_outside(ilya: Account, elena: Account, visitor: Visitor) -> None:
    """What is told, taken out and done by itself beside the conversations."""
    has_archive(visitor)
    takes_out(elena)
    Withdrawal.objects.create(visitor=visitor, version=99, at=timezone.now())
    webhook, now = tells(elena), timezone.now()
    delivery = begin_test(webhook, {}, at=now).delivery
    WebhookDelivery.objects.update(visitor=visitor, state=WebhookDelivery.State.SENT)
    WebhookAttempt.objects.create(delivery=delivery, at=now, milliseconds=1)
    rule = rules_that(elena, tag="оплата")
    conversation = Conversation.objects.filter(visitor=visitor).latest("pk")
    dead_letter(conversation, at=now)
    visit = visitor.visits.latest("pk")
    Firing.objects.create(rule=rule, visit=visit, conversation=conversation, at=now)
    browser = Browser(elena, "https://push.example.com/1")
    notice = PushNotice.objects.create(kind="message", conversation=conversation, at=now)
    PushDelivery.objects.create(notice=notice, subscription=browser.subscription, next_at=now)
    ConversationTag.objects.create(conversation=conversation, name="оплата", at=now)


def _who_signed_in(account: Account) -> None:
    tried = {"username": "marina", "ip_address": "203.0.113.7", "user_agent": "Firefox"}
    attempt = AccessAttempt.objects.create(**tried, failures_since_start=1)
    AccessAttemptExpiration.objects.create(access_attempt=attempt, expires_at=timezone.now())
    AccessLog.objects.create(**tried)
    AccessFailureLog.objects.create(**tried)
