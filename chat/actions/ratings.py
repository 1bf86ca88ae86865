"""Ratings: asked for by staff or at the closing, given, changed or declined by the visitor.

Whatever becomes of a request is an entry of the log about its message (chat.actions.log.amend), so
it reaches whoever follows the numbers, once and in order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import access
from chat.actions.errors import ConversationClosed, Refusal
from chat.actions.facts import note_late
from chat.actions.locks import lock_theirs, lock_visible
from chat.actions.log import amend, answers_as, append
from chat.events import MessageAmended, MessagePosted
from chat.happened import happened
from chat.models import (
    AmendmentCode,
    AuthorKind,
    Conversation,
    MessageKind,
    RatingRequest,
    RatingState,
)
from chat.text import clean_text, counted
from departments.models import Scale, Site
from operators.models import Account

MOST_IN_PAUSE = 2
DECIDED = {RatingState.SCORED, RatingState.DECLINED}


@dataclass(eq=False)
class AskedLately(Refusal):
    """Twice within the pause that the site sets; for how long it has to wait still, in words."""

    left: str
    code = "conflict"
    words = gettext_lazy("Оценку уже запросили дважды. Снова можно через %(left)s.")


class NoSuchRating(Refusal):
    """Nobody asked for it under that number, or asked somebody else."""

    code = "not_found"
    words = gettext_lazy("Такой просьбы об оценке нет.")


class RatingOver(Refusal):
    """Another was asked for since."""

    code = "conflict"
    words = gettext_lazy("Эта просьба об оценке больше не действует.")


@dataclass(eq=False)
class OffScale(Refusal):
    least: int
    most: int
    code = "invalid"
    words = gettext_lazy("Такой оценки нет: можно от %(least)s до %(most)s.")


def ask_for_rating(account: Account, conversation_id: str, *, at: datetime) -> RatingRequest:
    """«Запросить оценку»: of the owner, whoever asks; one that is open still is withdrawn.

    Raises AskedLately or another Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_answer, account, conversation, at=at)
        site = conversation.visitor.site
        _refuse_third(conversation, site.rating_pause, at=at)
        return _ask(conversation, site, conversation.operator or account, by=account, at=at)


def ask_at_closing(conversation: Conversation, *, at: datetime) -> None:
    """Where the site wants it, and the visitor was not asked about this operator already.

    The caller is closing the conversation, beside which it has looked.
    """
    operator, beside = conversation.operator, conversation.beside
    if operator is None or beside is None or not beside.rates_at_closing:
        return
    asked = conversation.ratings.filter(operator=operator).exclude(state=RatingState.WITHDRAWN)
    if not asked.exists():
        _ask(conversation, conversation.visitor.site, operator, by=None, at=at)


def rate(
    visitor_id: int,
    seq: int,
    score: int | None,
    comment: str = "",
    conversation_id: str | None = None,
    *,
    at: datetime,
) -> None:
    """The visitor answers the request of that number, in the latest of their conversations unless
    another is named; no score: they decline. The same again is no change.

    After the closing there may still be a first score, also after «Не сейчас»; one that was given
    is changed only before it. Raises a Refusal.
    """
    comment = clean_text(comment) if score is not None else ""
    with transaction.atomic():
        conversation = lock_theirs(visitor_id, conversation_id)
        request = None if conversation is None else _request(conversation, seq)
        if conversation is None or request is None:
            raise NoSuchRating
        state = RatingState.DECLINED if score is None else RatingState.SCORED
        if (request.state, request.score, request.comment) == (state, score, comment):
            return
        _refuse_late(conversation, request)
        _refuse_off_scale(Scale(request.scale), score)
        is_shown = Site.with_deleted.get(visitors=visitor_id).shows_ratings
        _decide(conversation, request, state, score, comment, is_shown=is_shown, at=at)


def leave_unanswered(conversation: Conversation, *, at: datetime) -> None:
    """The visitor goes on in another conversation; the caller has locked this one."""
    for request in _open(conversation):
        _decide(conversation, request, RatingState.UNANSWERED, at=at)


def _ask(
    conversation: Conversation, site: Site, operator: Account, *, by: Account | None, at: datetime
) -> RatingRequest:
    for request in _open(conversation):
        _decide(conversation, request, RatingState.WITHDRAWN, by=by, at=at)
    message = append(
        conversation,
        kind=MessageKind.RATING_REQUEST,
        author_kind=AuthorKind.OPERATOR,
        author=operator,
        author_name=operator.name,
        params=answers_as(operator),
        at=at,
    )
    request = RatingRequest.objects.create(
        message=message,
        conversation=conversation,
        asked_by=by,
        operator=operator,
        department=conversation.department,
        level=conversation.department.level,
        scale=site.rating_scale,
        question=site.rating_question,
        thanks=site.rating_thanks,
        asked_at=at,
    )
    by_id = by.pk if by else None
    happened(MessagePosted(conversation=conversation, message=message, by_id=by_id, at=at))
    return request


def _decide(
    conversation: Conversation,
    request: RatingRequest,
    state: RatingState,
    score: int | None = None,
    comment: str = "",
    *,
    is_shown: bool = False,
    by: Account | None = None,
    at: datetime,
) -> None:
    before = {"state": request.state, "score": request.score, "comment": request.comment}
    request.state, request.score, request.comment = state, score, comment
    request.is_shown, request.decided_at = is_shown, at
    request.save()
    code = AmendmentCode.RATED
    amendment = amend(conversation, request.message, code, before=before, at=at)
    if conversation.closed_at is not None:
        note_late(conversation, at=at)
    by_id = by.pk if by else None
    happened(MessageAmended(conversation=conversation, amendment=amendment, by_id=by_id, at=at))


def _open(conversation: Conversation) -> list[RatingRequest]:
    waiting = conversation.ratings.filter(state=RatingState.OPEN)
    return list(waiting.select_related("message"))


def _request(conversation: Conversation, seq: int) -> RatingRequest | None:
    asked = conversation.ratings.select_related("message")
    return asked.filter(message__visitor_seq=seq).first()


def _refuse_third(conversation: Conversation, pause: timedelta, *, at: datetime) -> None:
    lately = conversation.ratings.filter(asked_at__gt=at - pause).order_by("-asked_at")
    asked = list(lately.values_list("asked_at", flat=True)[:MOST_IN_PAUSE])
    if len(asked) == MOST_IN_PAUSE:
        raise AskedLately(_in_minutes(asked[-1] + pause - at))


def _in_minutes(left: timedelta) -> str:
    minutes = -(-left // timedelta(minutes=1))
    return counted(minutes, _("%s минуту"), _("%s минуты"), _("%s минут"))


def _refuse_late(conversation: Conversation, request: RatingRequest) -> None:
    if request.state == RatingState.OPEN:
        return
    if request.state not in DECIDED:
        raise RatingOver
    if conversation.closed_at is not None and request.state == RatingState.SCORED:
        raise ConversationClosed


def _refuse_off_scale(scale: Scale, score: int | None) -> None:
    if score is not None and score not in scale.scores:
        raise OffScale(scale.scores[0], scale.scores[-1])
