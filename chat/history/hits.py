"""What was found, as pages show it."""

from datetime import timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from chat.actions.history import catch_up
from chat.history.deadline import TookTooLong
from chat.history.search import LIMIT, PAGE, Wanted, neighbours_of, search
from chat.history.terms import Asked, excerpt
from chat.models import Message
from chat.wire import lines

CATCHES_UP = timedelta(seconds=1)


def hits_shown(wanted: Wanted, *, before: int = 0) -> dict[str, Any]:
    """A page of them, newest first, or in words why there is none."""
    if wanted.asked.is_too_short:
        words = _("Слишком коротко: нужно слово из двух букв или три знака номера.")
        return {"hits": [], "trouble": words}
    catch_up(CATCHES_UP)
    try:
        keys = search(wanted, before=before or None, most=PAGE + 1)
    except TookTooLong:
        words = _("Поиск не уложился в %s с. Добавьте слово или сузьте период.")
        return {"hits": [], "trouble": words % int(LIMIT.total_seconds()), "is_late": True}
    hits = [_hit(message, wanted.asked) for message in _read(keys[:PAGE])]
    more = keys[PAGE - 1] if len(keys) > PAGE else 0
    return {"hits": hits, "more": more, "before": before, "trouble": ""}


def neighbours(wanted: Wanted, message: Message) -> dict[str, Message | None]:
    """Of what was found: the next one back in time, and the next one on."""
    try:
        older, newer = neighbours_of(wanted, message.pk)
    except TookTooLong:
        return {"older": None, "newer": None}
    found = {one.pk: one for one in _read([key for key in (older, newer) if key is not None])}
    return {"older": found.get(older or 0), "newer": found.get(newer or 0)}


def _read(keys: list[int]) -> list[Message]:
    """Newest first; what was taken back meanwhile is left out."""
    found = Message.objects.findable().filter(pk__in=keys).order_by("-pk")
    messages = list(found.select_related("conversation__visitor__site", "conversation__operator"))
    carriers = [message for message in messages if message.may_carry_files]
    prefetch_related_objects(carriers, "attachments")
    return messages


def _hit(message: Message, asked: Asked) -> dict[str, Any]:
    files = message.attachments.all() if message.may_carry_files else []
    text = " · ".join(filter(None, [lines.for_staff(message), *(file.name for file in files)]))
    return {
        "key": message.pk,
        "seq": message.seq,
        "kind": message.kind,
        "author": lines.title_of(message),
        "created_at": message.created_at,
        "excerpt": excerpt(text, asked),
        "conversation": message.conversation,
    }
