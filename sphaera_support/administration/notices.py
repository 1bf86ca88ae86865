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

    def __init__(self, *args: Any, rules: NoticeRules) -> None:
        initial = {"hides_text": rules.hides_text}
        super().__init__(*args, version=rules.version, initial=initial)

    @property
    def draft(self) -> NoticesDraft:
        return NoticesDraft(hides_text=self.cleaned_data["hides_text"])


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
