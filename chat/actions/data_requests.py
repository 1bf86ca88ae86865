"""What people ask about their own data, and what an administrator makes of it: declined, or put
right. Erasing is chat.actions.erasure.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_data_request, lock_visitor, lock_who_asked
from chat.belongings import FORGETS
from chat.events import SignedAnew
from chat.happened import happened
from chat.models import DataRequest, Visitor, subject_key
from chat.text import clean_line, clean_text, is_blank
from chat.zones import zone_named
from departments.working_calendar import working_day_after
from operators.models import Change

Kind, State = DataRequest.Kind, DataRequest.State
MOST_NAME, MOST_EMAIL = 200, 254


@dataclass(eq=False)
class AlreadyAsked(Refusal):
    number: str
    due: str
    code = "conflict"
    words = _("Такой запрос уже есть: %(number)s. Ответим до %(due)s.")


class NothingAsked(Refusal):
    code = "invalid"
    field = "text"
    words = _("Напишите, что исправить.")


class TooMuchAsked(Refusal):
    code = "invalid"
    field = "text"
    words = _("Слишком длинно: не больше 2000 знаков.")


class NoSuchEmail(Refusal):
    code = "invalid"
    field = "asked_email"
    words = _("Это не похоже на адрес эл. почты.")


class NoSuchRequest(Refusal):
    """Of somebody else, or never there: the two read the same."""

    code = "not_found"
    words = _("Запрос не найден.")


@dataclass(eq=False)
class AlreadyDecided(Refusal):
    words_of_state: str
    code = "conflict"
    words = _("Запрос уже закрыт: %(words_of_state)s.")


class NoAnswer(Refusal):
    code = "invalid"
    field = "answer"
    words = _("Напишите ответ: его прочтёт клиент.")


class NoCorrection(Refusal):
    code = "invalid"
    field = "name"
    words = _("Имя не может быть пустым.")


@dataclass(frozen=True)
class Asked:
    """What a person typed into the form: of an erasure the text alone counts, and may be empty."""

    text: str = ""
    name: str = ""
    email: str = ""


def ask_about_data(visitor: Visitor, kind: str, asked: Asked, *, at: datetime) -> DataRequest:
    """One open at a time of a kind. Raises a Refusal."""
    fields = _checked(Kind(kind), asked)
    with transaction.atomic():
        lock_visitor(visitor.pk)
        site = visitor.site
        same = DataRequest.objects.open().of_subject(site, visitor.subject).filter(kind=kind)
        if (other := same.first()) is not None:
            raise AlreadyAsked(other.number, f"{other.due_on:%d.%m.%Y}")
        zone = zone_named(site.time_zone) or timezone.get_default_timezone()
        return DataRequest.objects.create(
            kind=kind,
            site=site,
            subject_key=subject_key(site, visitor.subject),
            visitor=visitor,
            name=visitor.name,
            asked_at=at,
            due_on=working_day_after(at.astimezone(zone).date(), DataRequest.WORKING_DAYS),
            **fields,
        )


def _checked(kind: DataRequest.Kind, asked: Asked) -> dict[str, Any]:
    text = clean_text(asked.text)
    if len(text) > DataRequest.MOST_TEXT:
        raise TooMuchAsked
    if kind == Kind.ERASURE:
        return {"text": text}
    name, email = clean_line(asked.name, MOST_NAME), _email(asked.email)
    if is_blank(text) and not name and not email:
        raise NothingAsked
    return {"text": text, "asked_name": name, "asked_email": email}


def _email(typed: str) -> str:
    """Raises NoSuchEmail."""
    email = typed.strip()
    if not email:
        return ""
    try:
        EmailValidator()(email)
    except ValidationError as error:
        raise NoSuchEmail from error
    if len(email) > MOST_EMAIL:
        raise NoSuchEmail
    return email


def withdraw_request(visitor: Visitor, request_id: int, *, at: datetime) -> None:
    """By who asked. Raises a Refusal."""
    with transaction.atomic():
        request = open_request(request_id, of=visitor)
        settle_request(request, State.WITHDRAWN, at=at)


def decline_request(doer: Doer, request_id: int, answer: str, *, at: datetime) -> DataRequest:
    """With the reason, which the person reads. Raises a Refusal."""
    words = answer_of(answer)
    with transaction.atomic():
        request = open_request(request_id)
        settle_request(request, State.DECLINED, doer, words, at=at)
    return request


def correct_data(
    doer: Doer, request_id: int, *, name: str, email: str, answer: str, at: datetime
) -> Visitor:
    """What is known of the person now; what was written under the other name stays as it was.
    Raises a Refusal.
    """
    words, name, email = answer_of(answer), clean_line(name, MOST_NAME), _email(email)
    if not name:
        raise NoCorrection
    with transaction.atomic():
        visitor = lock_who_asked(request_id)
        request = open_request(request_id, kind=Kind.CORRECTION)
        if visitor is None:
            raise NoSuchRequest
        visitor.name, visitor.email = name, email
        if email:
            visitor.given_email = ""
        visitor.save(update_fields=["name", "email", "given_email"])
        settle_request(request, State.DONE, doer, words, at=at)
        happened(SignedAnew(visitor=visitor, by_id=doer.account.pk, at=at))
    return visitor


def forget_whose() -> int:
    """Of those whose person is kept no longer, whatever took them away: the words are theirs."""
    theirs = dict.fromkeys(FORGETS["chat.DataRequest"], "")
    nobody_s = DataRequest.objects.filter(visitor=None).exclude(**theirs)
    return nobody_s.exclude(state=State.OPEN).update(**theirs)


def answer_of(typed: str) -> str:
    """Raises NoAnswer."""
    words = clean_text(typed)
    if is_blank(words):
        raise NoAnswer
    return words[: DataRequest.MOST_TEXT]


def open_request(
    request_id: int, *, kind: str | None = None, of: Visitor | None = None
) -> DataRequest:
    """Locked. Raises NoSuchRequest or AlreadyDecided."""
    request = lock_data_request(request_id)
    if request is None or (kind is not None and request.kind != kind):
        raise NoSuchRequest
    if of is not None and request.subject_key != subject_key(of.site, of.subject):
        raise NoSuchRequest
    if not request.is_open:
        raise AlreadyDecided(str(request.get_state_display()).lower())
    return request


def settle_request(
    request: DataRequest,
    state: DataRequest.State,
    doer: Doer | None = None,
    answer: str = "",
    *,
    at: datetime,
) -> None:
    """Noted in the log of changes by its number and kind, without a word of whose it is."""
    request.state, request.decided_at, request.answer = state, at, answer
    if doer is not None:
        request.decided_by, request.decided_by_name = doer.account, doer.account.name
        subject = Subject(Change.Kind.DATA_REQUEST, request.pk, request.number)
        after = {"kind": str(request.kind), "state": str(state)}
        note_change(doer, subject, Change.Deed.CHANGED, after=after, at=at)
    request.save()
