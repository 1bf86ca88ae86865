"""The couriers of letters (chat.couriers)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.couriers import Couriers
from chat.mail.actions.sending import Claim, claim, forget, is_any_due, note_answer
from chat.mail.dialling import Answer, hand_over
from chat.mail.drafts import NotWanted, message_of
from chat.mail.kinds import draft_of

NOT_WRITTEN = _("Письмо не удалось составить: подробности в журнале сервера.")


def carry(claimed: Claim) -> Answer | None:
    """Write it as things are now, hand it over, note the answer; None where nobody wants it."""
    letter, at = claimed.letter, timezone.now()
    note = None
    try:
        draft = draft_of(letter, at=at)
        note = draft.note
        answer = hand_over(message_of(letter, draft, at=at))
    except NotWanted as unwanted:
        answer = Answer(unwanted.why, is_final=True)
        if not unwanted.why:
            forget(claimed)
            return None
    note_answer(claimed, answer, note, at=timezone.now())
    return answer


COURIERS = Couriers(
    name="mail",
    count=3,
    claim=lambda most: claim(most, at=timezone.now()),
    carry=carry,
    note_broken=lambda one: note_answer(one, Answer(str(NOT_WRITTEN)), at=timezone.now()),
    is_any_due=lambda: is_any_due(at=timezone.now()),
)
