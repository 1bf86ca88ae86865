"""«Вебхуки» of the settings: which other systems are told of what."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.models import Webhook, WebhookDelivery
from chat.webhooks.actions import hooks as actions
from chat.webhooks.actions.hooks import WebhookDraft
from chat.webhooks.addresses import read_target
from chat.webhooks.bodies import LONGEST_TEMPLATE
from chat.webhooks.kinds import FIELDS_OF_DATA, KINDS, VARIABLES
from chat.webhooks.sending import HIDDEN
from operators.access import administrator_page
from sphaera_support.administration.fields import LineField, TextField
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    form_page,
    page,
    posted,
    said_in,
    saved,
)

Named = dict[str, str | None]
CODE = {"class": "input code", "spellcheck": "false", "autocapitalize": "none"}


class HeadersField(TextField):
    """{name: value} of lines; None for a value that stays what it is, and is not shown."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name}: {HIDDEN}" for name in value)

    def clean(self, value: Any) -> Named:
        headers: Named = {}
        for line in filter(str.strip, super().clean(value).splitlines()):
            name, colon, text = (part.strip() for part in line.partition(":"))
            if not colon:
                raise ValidationError(gettext("По одному заголовку в строке: «Имя: значение»."))
            headers[name] = None if text == HIDDEN else text
        return headers


class WebhookForm(AdministrationForm):
    title = LineField(
        label=_("Название"),
        max_length=Webhook.MAX_TITLE,
        help_text=_("Для вас: куда уходят события."),
    )
    url = LineField(
        label=_("Адрес"),
        max_length=Webhook.MAX_URL,
        help_text=_("Сюда отправляются запросы POST: https://crm.example.ru/hooks/chat"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("События"), choices=KINDS.items(), widget=forms.CheckboxSelectMultiple
    )
    with_notes = forms.BooleanField(
        label=_("Отправлять и заметки сотрудников"),
        required=False,
        help_text=_(
            "Сообщения для коллег, слова при передаче и причины блокировок. Обычно выключено:"
            " посетитель их не видит, другой системе они тоже ни к чему."
        ),
    )
    only_fields = forms.MultipleChoiceField(
        label=_("Только эти поля"),
        choices=FIELDS_OF_DATA.items(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ничего не отмечено — отправляется всё событие."),
    )
    shape = forms.ChoiceField(label=_("Вид тела"), choices=Webhook.Shape.choices)
    template = TextField(
        label=_("Шаблон тела"),
        required=False,
        max_length=LONGEST_TEMPLATE,
        widget=forms.Textarea(attrs={"rows": 5, **CODE}),
        help_text=_(
            "Если система ждёт своё: JSON с {переменными} внутри кавычек или пары ключ=значение"
            " для формы. Пусто — событие целиком."
        ),
    )
    headers = HeadersField(
        label=_("Свои заголовки"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, **CODE}),
        help_text=_(
            "По одному в строке: «Authorization: Bearer …». Сохранённые значения не показываются;"
            " точки вместо значения оставляют прежнее."
        ),
    )

    def __init__(self, *args: Any, webhook: Webhook | None = None, **kwargs: Any) -> None:
        version = webhook.version if webhook else 0
        super().__init__(*args, version=version, initial=_initial(webhook), **kwargs)

    @property
    def draft(self) -> WebhookDraft:
        return WebhookDraft(**{name: self.cleaned_data[name] for name in _FIELDS})


_FIELDS = (*("title", "url", "kinds", "shape", "template", "headers", "only_fields", "with_notes"),)


def _initial(webhook: Webhook | None) -> dict[str, Any]:
    if webhook is None:
        return {"shape": Webhook.Shape.JSON}
    return {name: getattr(webhook, name) for name in _FIELDS}


@require_safe
@administrator_page("settings")
def webhooks(request: HttpRequest) -> HttpResponse:
    state = WebhookDelivery.State
    counted = Webhook.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=state.PENDING)),
        dead=Count("deliveries", filter=Q(deliveries__state=state.DEAD)),
        last_at=Max("deliveries__done_at", filter=Q(deliveries__state=state.SENT)),
    )
    rows = [{"webhook": one, "host": read_target(one.url).host_header} for one in counted]
    return page(request, "webhooks.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_webhook(request: HttpRequest) -> HttpResponse:
    form = WebhookForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    made: list[Webhook] = []
    add = partial(actions.add_webhook, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: made.append(add(form.draft))):
        return _secret_page(request, made[0], made[0].secret)
    context = {"back": reverse("webhooks"), "variables": list(VARIABLES)}
    return form_page(request, "webhook.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=pk)
    form = WebhookForm(posted(request), webhook=webhook)
    if (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_webhook, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("webhooks")
    context = {"webhook": webhook, "back": reverse("webhooks"), "variables": list(VARIABLES)}
    return form_page(request, "webhook.html", form, context)


@require_POST
@administrator_page("settings")
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=pk)
    secret = actions.renew_secret(doer_of(request), pk, at=timezone.now())
    return _secret_page(request, webhook, secret, is_renewed=True)


def _secret_page(
    request: HttpRequest, webhook: Webhook, secret: str, *, is_renewed: bool = False
) -> HttpResponse:
    """The only time that it is shown; whoever reloads the address is at the webhook itself."""
    context = {"webhook": webhook, "secret": secret, "is_renewed": is_renewed}
    answer = page(request, "webhook_secret.html", context)
    answer["HX-Push-Url"] = reverse("change_webhook", args=[webhook.pk])
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@administrator_page("settings")
def switch_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Webhook, pk=pk)
    on = request.POST.get("on") == "1"
    actions.switch_webhook(doer_of(request), pk, on=on, at=timezone.now())
    return saved("change_webhook", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def delete_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=pk)
    form = AdministrationForm(posted(request), version=webhook.version)
    delete = partial(actions.delete_webhook, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, delete):
        return saved("webhooks", how="deleted")
    waiting = webhook.deliveries.pending().count()
    context = {
        "webhook": webhook,
        "waiting": waiting,
        "back": reverse("change_webhook", args=[pk]),
    }
    return form_page(request, "webhook_deletion.html", form, context)
