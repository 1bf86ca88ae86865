"""What staff are asked as they close a conversation, and what is kept of each closing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.actions.field_values import Asked, Given, fill_in
from chat.models import Closing, ClosingOutcome, Conversation
from operators.models import Account
from operators.prepared import insert


@dataclass(eq=False)
class ClosingAsks(Refusal):
    """`unsaid` is what is wrong with the outcome, in words; `asked` are the extra fields, of which
    some may be answered well.
    """

    unsaid: str
    asked: Sequence[Asked]
    lacks_fields: bool = True
    code = "invalid"
    words = _("Чтобы закрыть обращение, заполните обязательные поля.")

    @property
    def detail(self) -> str:
        return " ".join(filter(None, [str(self.words) if self.lacks_fields else "", self.unsaid]))


def demand_answers(
    account: Account,
    conversation: Conversation,
    outcome: int | None,
    given: Mapping[str, Given],
    *,
    at: datetime,
) -> ClosingOutcome | None:
    """The outcome of that key, with what is `given` for required fields written; none where there
    is none to choose. The caller has locked the conversation, and its visitor where anything is
    given. Raises ClosingAsks.
    """
    offered = list(ClosingOutcome.objects.current())
    chosen = next((one for one in offered if one.pk == outcome), None)
    asked = fill_in(account, conversation, given, at=at)
    unsaid = _unsaid(outcome, offered) if chosen is None else ""
    lacks_fields = any(map(_is_open, asked))
    if unsaid or lacks_fields:
        raise ClosingAsks(unsaid, asked, lacks_fields)
    return chosen


def keep_closing(
    conversation: Conversation,
    way: Closing.Way,
    *,
    outcome: ClosingOutcome | None = None,
    by: Account | None,
    at: datetime,
) -> None:
    """Of one that the caller has locked."""
    closing = Closing(
        conversation=conversation,
        way=way,
        outcome=outcome,
        by=by,
        by_name=by.name if by else "",
        at=at,
    )
    insert(closing)


def keep_reopening(conversation: Conversation, *, by: Account | None = None, at: datetime) -> None:
    """The closing that held does not any more; without `by` the visitor wrote again."""
    held = conversation.closings.filter(reopened_at=None)
    held.update(reopened_at=at, reopened_by=by)


def _unsaid(outcome: int | None, offered: Collection[ClosingOutcome]) -> str:
    if not offered:
        return ""
    if outcome is None:
        return gettext("Выберите исход.")
    return gettext("Такого исхода больше нет, его убрал администратор. Выберите другой.")


def _is_open(asked: Asked) -> bool:
    return bool(asked.error) or not asked.typed
