"""«Уведомления» of the settings: what notices of staff may say, and which way they go."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chat.models import NoticeRules
from chat.notices.actions import rules as actions
from chat.notices.actions.rules import NoticesDraft
from chat.notices.rules import notice_rules
from operators.access import administrator_page
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    form_page,
    posted,
    said_in,
    saved,
)


class NoticesForm(AdministrationForm):
    hides_text = forms.BooleanField(
        label=_("Не показывать текст сообщений в уведомлениях"),
        required=False,
        help_text=_(
            "Тогда в них только «Новое сообщение» или «Новый диалог», без имён: экран блокировки"
            " и чужие глаза большего не узнают. В открытых вкладках действует сразу."
        ),
    )
    pushes = forms.BooleanField(
        label=_("Уведомления через сервер браузера (Web Push)"),
        required=False,
        help_text=_(
            "Приходят и тогда, когда браузер усыпил вкладку, и на телефон. Для этого каждое уходит"
            " наружу, на сервер того, кто делает браузер сотрудника (Google, Mozilla, Apple,"
            " Microsoft): зашифрованным, прочесть его может только сам браузер, но тот сервер"
            " узнаёт, что уведомление было, когда и от какой установки. Пока это выключено, наружу"
            " не уходит ничего; выключение забывает все подписки."
        ),
    )

    def __init__(self, *args: Any, rules: NoticeRules) -> None:
        initial = {"hides_text": rules.hides_text, "pushes": rules.pushes}
        super().__init__(*args, version=rules.version, initial=initial)

    @property
    def draft(self) -> NoticesDraft:
        said = self.cleaned_data
        return NoticesDraft(hides_text=said["hides_text"], pushes=said["pushes"])


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def notices(request: HttpRequest) -> HttpResponse:
    form = NoticesForm(posted(request), rules=notice_rules())
    if (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_notices, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("notices")
    return form_page(request, "notices.html", form, {"back": reverse("notices")})
