"""The frame of all administration pages: their menu, and the one way in which a form answers.

A view parses by a form, calls one action and redirects; what the action refuses is said in the
form, at its field where it is about one, and nothing that was typed is lost:

    form = ThingForm(posted(request), …)
    if (words := checked(request, form)) is not None:
        return words
    if form.is_sent and said_in(form, lambda: actions.change_thing(…)):
        return saved("things")
    return form_page(request, "thing.html", form, {…})
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chat.actions.changes import ChangedMeanwhile, Doer
from chat.actions.errors import Refusal
from chat.actions.memberships import LeavesAlone
from operators.access import account_of, administrator_page
from operators.addresses import client_address, parse_address
from sphaera_support.administration.meanwhile import told_changes


class Entry(NamedTuple):
    """A line of the sub-menu: the name of its page, its title, its icon."""

    name: str
    title: Promise
    icon: str


SETTINGS: tuple[tuple[Promise, tuple[Entry, ...]], ...] = (
    (
        _("Общение"),
        (
            Entry("departments", _("Отделы"), "layers"),
            Entry("templates", _("Шаблоны"), "zap"),
            Entry("automatic_rules", _("Автоматические действия"), "mouse-pointer-click"),
            Entry("outcomes", _("Исходы"), "circle-check"),
            Entry("rating", _("Оценки"), "star"),
        ),
    ),
    (
        _("Договоры"),
        (
            Entry("contracts", _("Договоры"), "id-card"),
            Entry("plans", _("Планы поддержки"), "file-text"),
            Entry("criticality", _("Критичность"), "bell-ring"),
        ),
    ),
    (
        _("Доступ к чату"),
        (
            Entry("blocks", _("Заблокированные"), "ban"),
            Entry("excluded_addresses", _("Исключённые адреса"), "eye-off"),
        ),
    ),
    (
        _("Посетители"),
        (
            Entry("fields", _("Поля"), "id-card"),
            Entry("geo", _("Адреса и места"), "map-pin"),
            Entry("data_requests", _("Запросы о данных"), "user-check"),
        ),
    ),
    (
        _("Система"),
        (
            Entry("notices", _("Уведомления"), "bell-ring"),
            Entry("webhooks", _("Вебхуки"), "zap"),
            Entry("tokens", _("Токены API"), "lock"),
            Entry("mail", _("Почта"), "mail"),
            Entry("audit", _("Журнал изменений"), "history"),
            Entry("availability", _("Почему не в сети"), "clock"),
        ),
    ),
    (
        _("Служба"),
        (
            Entry("stage", _("Этап обслуживания"), "headset"),
            Entry("retention", _("Сроки хранения"), "history"),
        ),
    ),
)


@require_safe
@administrator_page("settings")
def first_settings(request: HttpRequest) -> HttpResponse:
    return redirect(SETTINGS[0][1][0].name)


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def doer_of(request: HttpRequest) -> Doer:
    address = parse_address(client_address(request))
    return Doer(account_of(request), str(address) if address else None)


class AdministrationForm(forms.Form):
    """One that keeps what was typed, and knows which version of its subject was shown."""

    shown_version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= self.fields_of_now()
        # What the next press will have been shown: what was shown first, until that is refused.
        self.version = shown_in(self.data, otherwise=version)
        self.refusal: Refusal | None = None
        for bound in self:
            _dress(bound)

    def fields_of_now(self) -> dict[str, forms.Field]:
        """Those that depend on what there is: whom to choose from."""
        return {}

    @property
    def shown(self) -> int:
        """The version that who pressed had before them."""
        return self.cleaned_data.get("shown_version") or 0

    @property
    def is_sent(self) -> bool:
        return self.is_bound and self.is_valid()

    def refuse(self, refusal: Refusal) -> None:
        self.refusal = refusal
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, refusal.detail)
        if isinstance(refusal, ChangedMeanwhile):
            self.version = refusal.version

    @property
    def holds_unsaved(self) -> bool:
        """Shown again with what was typed."""
        return bool(self.errors)

    @property
    def meanwhile(self) -> list[str]:
        """What others changed since the page was opened, in words."""
        is_stale = isinstance(self.refusal, ChangedMeanwhile)
        return told_changes(self.refusal.changes) if is_stale else []  # type: ignore[union-attr]

    @property
    def leaves_alone(self) -> bool:
        return isinstance(self.refusal, LeavesAlone)

    @property
    def status(self) -> int:
        if not self.errors:
            return 200
        return 409 if self.refusal and self.refusal.code == "conflict" else 422


def shown_in(data: Mapping[str, Any], *, otherwise: int) -> int:
    """The version that a form was sent with."""
    typed = str(data.get("shown_version", ""))
    return int(typed) if re.fullmatch(r"\d{1,9}", typed, re.ASCII) else otherwise


def _dress(bound: forms.BoundField) -> None:
    """Like every other field: its look, and where its hint and its error are read."""
    attributes = bound.field.widget.attrs
    if not isinstance(bound.field.widget, forms.CheckboxInput | forms.RadioSelect):
        attributes.setdefault("class", "input")
    hint = f"{bound.auto_id}_helptext " if bound.help_text else ""
    attributes["aria-describedby"] = f"{hint}{bound.auto_id}_error"


def said_in(form: AdministrationForm, act: Callable[[], object]) -> bool:
    """Do it. False: it was refused, and the form says why."""
    try:
        act()
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def checked(request: HttpRequest, form: forms.Form) -> HttpResponse | None:
    """Of a field that was just left, the words of its error, or none; nothing is saved."""
    if "check" not in request.POST:
        return None
    errors = list(form.errors.get(request.POST["check"], ()))
    return render(request, "administration/_error.html", {"errors": errors})


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    everywhere = {"settings_menu": SETTINGS, "saved": request.GET.get("saved", "")}
    return render(request, f"administration/{template}", everywhere | context, status=status)


def form_page(
    request: HttpRequest, template: str, form: AdministrationForm, context: dict[str, Any]
) -> HttpResponse:
    return page(request, template, {"form": form} | context, status=form.status)


def saved(name: str, *args: Any, how: str = "saved") -> HttpResponseRedirect:
    """To the page of that name, which says that it is done (administration/_saved.html)."""
    return redirect(f"{reverse(name, args=args)}?saved={how}")
