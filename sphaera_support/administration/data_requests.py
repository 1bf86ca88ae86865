"""«Запросы о данных» of the settings: what people ask about their own data, and what was done."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import data_requests as actions
from chat.actions.erasure import going_with
from chat.models import Conversation, DataRequest, Visitor
from chat.personal.proof import proof_of
from departments.working_calendar import working_days_until
from operators.access import administrator_page
from sphaera_support.administration.acts import rows_in_words
from sphaera_support.administration.fields import LineField, TextField
from sphaera_support.administration.frame import (
    AdministrationForm,
    doer_of,
    form_page,
    page,
    posted,
    said_in,
    saved,
)
from sphaera_support.cabinet.actions import correct_customer, erase_customer

LISTED = 200


class AnswerForm(AdministrationForm):
    answer = TextField(
        label=_("Ответ клиенту"),
        max_length=DataRequest.MOST_TEXT,
        help_text=_("Клиент прочтёт его в кабинете, в «Моих данных»."),
    )


class DecliningForm(AdministrationForm):
    """Beside another form with an answer on the same page."""

    declined_with = TextField(
        label=_("Ответ клиенту"),
        max_length=DataRequest.MOST_TEXT,
        help_text=_("Почему нет: клиент прочтёт это в кабинете, в «Моих данных»."),
    )


class ErasureForm(AnswerForm):
    number = LineField(label=_("Номер запроса"), max_length=20)
    closes_account = forms.BooleanField(
        label=_("Удалить и вход в личный кабинет: ФИО, почту, договор"),
        required=False,
        help_text=_("Тогда ответ клиент здесь не прочтёт: передайте его иначе."),
    )
    field_order = ("answer", "closes_account", "number")


class CorrectionForm(AnswerForm):
    name = LineField(label=_("Имя"), max_length=actions.MOST_NAME)
    email = LineField(
        label=_("Эл. почта"),
        max_length=actions.MOST_EMAIL,
        required=False,
        validators=[EmailValidator(actions.NoSuchEmail.words)],
    )
    field_order = ("name", "email", "answer")


@require_safe
@administrator_page("settings")
def data_requests(request: HttpRequest) -> HttpResponse:
    """The open ones first, by their term; then those of before."""
    every = DataRequest.objects.select_related("site")
    is_open = every.open().order_by("due_on", "pk")[:LISTED]
    decided = every.exclude(state=DataRequest.State.OPEN).order_by("-decided_at")[:LISTED]
    rows = [_row(one) for one in (*is_open, *decided)]
    return page(request, "data_requests.html", {"rows": rows})


@require_safe
@administrator_page("settings")
def data_request(request: HttpRequest, pk: int) -> HttpResponse:
    return _request_page(request, _found(pk))


@require_POST
@administrator_page("settings")
def decline_data_request(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    form = DecliningForm(posted(request))
    at, doer = timezone.now(), doer_of(request)
    if form.is_sent and said_in(
        form, lambda: actions.decline_request(doer, pk, form.cleaned_data["declined_with"], at=at)
    ):
        return saved("data_requests")
    return _request_page(request, found, declining=form)


@require_POST
@administrator_page("settings")
def correct_data(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    form = CorrectionForm(posted(request))
    at, doer = timezone.now(), doer_of(request)
    if form.is_sent and said_in(form, lambda: correct_customer(doer, pk, **_typed(form), at=at)):
        return saved("data_requests")
    return _request_page(request, found, correcting=form)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def erase_data(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes, asked once more: the number of the request is typed."""
    found = _found(pk)
    today = timezone.localdate()
    words = _("Ваши данные удалены %(day)s.") % {"day": f"{today:%d.%m.%Y}"}
    form = ErasureForm(posted(request), initial={"answer": words})
    if form.is_sent and said_in(form, lambda: _erase(request, found, form)):
        return saved("data_request", pk)
    context = {"one": found, "row": _row(found), **_going(found)}
    return form_page(request, "erase_data.html", form, context)


def _erase(request: HttpRequest, found: DataRequest, form: ErasureForm) -> None:
    typed = {name: form.cleaned_data[name] for name in ("number", "answer", "closes_account")}
    erase_customer(doer_of(request), found.pk, **typed, at=timezone.now())


def _going(found: DataRequest) -> dict[str, Any]:
    if found.visitor is None or not found.is_open or found.kind != DataRequest.Kind.ERASURE:
        return {"going": None}
    going = going_with(found.visitor, at=timezone.now())
    return {"going": going, "kinds": rows_in_words(going.counts)}


@require_safe
@administrator_page("settings")
def consent_proof(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the visitor of one conversation agreed to, when and from where."""
    whole = Conversation.objects.select_related("visitor__site")
    conversation = get_object_or_404(whole, public_id=public_id)
    return page(request, "consent_proof.html", proof_of(conversation))


def _typed(form: AdministrationForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "email", "answer")}


def _found(pk: int) -> DataRequest:
    return get_object_or_404(DataRequest.objects.select_related("site", "visitor", "act"), pk=pk)


def _row(request: DataRequest) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "one": request,
        "is_overdue": request.is_overdue(today),
        "left": working_days_until(today, request.due_on),
    }


def _request_page(
    request: HttpRequest, found: DataRequest, **forms_of: AdministrationForm
) -> HttpResponse:
    context = {
        "one": found,
        "row": _row(found),
        "declining": forms_of.get("declining") or DecliningForm(),
        "correcting": forms_of.get("correcting") or _correction(found),
        "visitor": found.visitor,
        **_going(found),
    }
    form = next(iter(forms_of.values()), AdministrationForm())
    return form_page(request, "data_request.html", form, context)


def _correction(found: DataRequest) -> CorrectionForm:
    """As it was asked for, or else as it is."""
    visitor: Visitor | None = found.visitor
    name = found.asked_name or (visitor.name if visitor else "")
    email = found.asked_email or (visitor.email if visitor else "")
    return CorrectionForm(initial={"name": name, "email": email})
