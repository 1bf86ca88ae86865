"""What stands in the log as a card, as each side may see it: a link, a request of a rating or for
facts of the system.

The one place that decides it. Whether a link was opened is for staff; score and comment are the
visitor's own, and staff's where the site shows them (RatingRequest.is_shown).
"""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.link_addresses import read_card
from chat.models import REQUESTS, Message, MessageKind, RatingRequest, RatingState, SnapshotState
from chat.wire.faces import STAFF
from chat.wire.moments import FULL, TIME, moment
from chat.wire.snapshots import snapshot_card, snapshot_words
from departments.models import Scale

_STATES_FOR_STAFF: dict[str, Any] = {
    RatingState.OPEN: gettext_lazy("Оценка запрошена, посетитель ещё не ответил"),
    RatingState.SCORED: gettext_lazy("Посетитель оценил консультацию"),
    RatingState.DECLINED: gettext_lazy("Посетитель не стал оценивать консультацию"),
    RatingState.WITHDRAWN: gettext_lazy("Запрос оценки заменён новым"),
    RatingState.UNANSWERED: gettext_lazy("Посетитель не ответил на запрос оценки"),
}
_OVER = {
    *(RatingState.WITHDRAWN, RatingState.UNANSWERED),
    *(SnapshotState.WITHDRAWN, SnapshotState.UNANSWERED),
}


def card_of(message: Message, face: str) -> dict[str, Any] | None:
    """What shared/_message.html includes, by the name of its `template`; None for what is none."""
    if message.retracted_at is not None:
        return None
    if message.kind == MessageKind.RATING_REQUEST:
        return _rating(message.rating, face)
    if message.kind == MessageKind.SNAPSHOT_REQUEST:
        return snapshot_card(message.snapshot, face)
    return _link(message, face) if message.kind == MessageKind.LINK else None


def is_shown(message: Message, face: str) -> bool:
    """What is asked no more, the visitor is not shown."""
    if face == STAFF or message.kind not in REQUESTS:
        return True
    asked = message.rating if message.kind == MessageKind.RATING_REQUEST else message.snapshot
    return asked.state not in _OVER


def request_words(message: Message, face: str) -> str:
    """Of a card that asks, for whoever reads text; empty for what is not shown."""
    if message.kind == MessageKind.SNAPSHOT_REQUEST:
        return snapshot_words(message.snapshot, face)
    return rating_words(message.rating, face)


def rating_words(rating: RatingRequest, face: str) -> str:
    score = score_words(rating, face)
    if face == STAFF:
        said = _("Оценка: %s") % score if score else str(_STATES_FOR_STAFF[rating.state])
        return f"{said}. {rating.comment}" if score and rating.comment else said
    match rating.state:
        case RatingState.OPEN:
            return question_of(rating)
        case RatingState.SCORED:
            said = _("Ваша оценка: %s") % score
            return f"{said}. {rating.comment}" if rating.comment else said
        case RatingState.DECLINED:
            return _("Вы не стали оценивать консультацию")
    return ""


def score_words(rating: RatingRequest, face: str) -> str:
    """«5 из 5», «хорошо»; empty where there is none, or none for this side."""
    if rating.score is None or (face == STAFF and not rating.is_shown):
        return ""
    return _name_of(Scale(rating.scale), rating.score).lower()


def question_of(rating: RatingRequest) -> str:
    return rating.question or _("Оцените консультацию")


def _link(message: Message, face: str) -> dict[str, Any]:
    title, address = read_card(message.text)
    opened = message.params.get("opened_at") if face == STAFF else None
    return {
        "template": "shared/_link.html",
        "title": title,
        "address": address,
        "opened": _opened(datetime.fromisoformat(opened), message) if opened else "",
    }


def _opened(at: datetime, message: Message) -> str:
    if localtime(at).date() == localtime(message.created_at).date():
        return format_html(_("Посетитель открыл в {}"), moment(at, TIME))
    return format_html(_("Посетитель открыл {}"), moment(at, FULL))


def _rating(rating: RatingRequest, face: str) -> dict[str, Any]:
    scale = Scale(rating.scale)
    score = score_words(rating, face)
    whole: dict[str, Any] = {
        "scale": rating.scale,
        "stars": [number <= (rating.score or 0) for number in scale.scores]
        if score and scale == Scale.STARS
        else [],
        "is_good": bool(rating.score),
        "score": score,
        "comment": rating.comment if score else "",
    }
    if face == STAFF:
        words = "" if score else _STATES_FOR_STAFF[rating.state]
        return {"template": "shared/_rating_line.html", "words": words, **whole}
    return {
        "template": "shared/_rating.html",
        "state": rating.state,
        "question": question_of(rating),
        "thanks": rating.thanks or _("Спасибо! Ваша оценка поможет нам стать лучше."),
        "chosen": rating.score,
        "choices": [(one, _name_of(scale, one)) for one in scale.scores],
        **whole,
    }


def _name_of(scale: Scale, score: int) -> str:
    if scale == Scale.THUMBS:
        return _("Хорошо") if score else _("Плохо")
    return _("%(score)s из %(most)s") % {"score": score, "most": scale.scores[-1]}
