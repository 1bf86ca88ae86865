"""The letter to a department about somebody whom nobody answered."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.mail.drafts import Draft, NotWanted, address_of
from chat.models import AuthorKind, Conversation, Letter, MessageKind
from chat.wire import lines

SUBJECTS = {
    "offline": gettext_lazy("Сообщение, когда никого нет: %s"),
    "unanswered": gettext_lazy("Обращение осталось без ответа: %s"),
}
# So much of what they wrote; the rest is in the conversation.
MOST_MESSAGES = 10
MOST_SIGNS = 2000


def write_missed(letter: Letter, at: datetime) -> Draft:
    """Raises NotWanted."""
    conversation = letter.conversation
    if conversation is None:
        raise NotWanted(_("Обращения больше нет."))
    why = letter.data.get("why", "unanswered")
    if why == "offline" and conversation.answered_at is not None:
        raise NotWanted
    visitor = conversation.visitor
    context = {
        "why": why,
        "name": visitor.name,
        "contract": visitor.contract,
        "site": visitor.site.name,
        "started_at": conversation.started_at,
        "said": _said(conversation),
        "link": address_of("zone_conversation", conversation.public_id),
    }
    return Draft(str(SUBJECTS[why]) % visitor.name, "missed", context)


def _said(conversation: Conversation) -> list[str]:
    """By the visitor themselves: nothing of what staff wrote."""
    theirs = conversation.messages.filter(
        author_kind=AuthorKind.VISITOR,
        kind__in=[MessageKind.TEXT, MessageKind.FILE],
        visitor_seq__isnull=False,
        retracted_at=None,
    )
    texts = [lines.for_staff(message) for message in theirs.order_by("seq")[:MOST_MESSAGES]]
    room, kept = MOST_SIGNS, []
    for text in texts:
        if room <= 0:
            break
        kept.append(text if len(text) <= room else f"{text[:room]}…")
        room -= len(text)
    return kept
