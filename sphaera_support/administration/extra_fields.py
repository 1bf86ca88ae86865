"""«Поля» of the settings: what else is kept of visitors and of conversations."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import fields as actions
from chat.actions.errors import Refusal
from chat.actions.fields import FieldDraft
from chat.models import ExtraField
from departments.models import Site
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

MOST_CHOICES = 100
LONGEST_CHOICE = 100


class ChoicesField(TextField):
    """[choice] of lines."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        choices = list(dict.fromkeys(filter(None, lines)))
        if len(choices) > MOST_CHOICES:
            raise ValidationError(gettext("Не больше %s вариантов.") % MOST_CHOICES)
        for choice in choices:
            if len(choice) > LONGEST_CHOICE:
                words = gettext("«%s…»: не длиннее %s знаков.")
                raise ValidationError(words % (choice[:40], LONGEST_CHOICE))
        return choices


class FieldForm(AdministrationForm):
    """What may be another at any time."""

    title = LineField(label=_("Название"), max_length=80)
    is_required = forms.BooleanField(
        label=_("Обязательное"),
        required=False,
        help_text=_("Пока поле пустое, оператор не закроет обращение: его попросят заполнить."),
    )

    def __init__(self, *args: Any, field: ExtraField | None = None, **kwargs: Any) -> None:
        self.field = field
        version = field.version if field else 0
        super().__init__(*args, version=version, initial=_initial(field), **kwargs)

    def fields_of_now(self) -> dict[str, forms.Field]:
        own = {"site": _site_field(self.field)}
        if self.field is None or self.field.kind == ExtraField.Kind.CHOICE:
            own["choices"] = ChoicesField(
                label=_("Варианты"),
                required=self.field is not None,
                max_length=12_000,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("По одному в строке, для вида «Выбор из списка»."),
            )
        return own

    @property
    def draft(self) -> FieldDraft:
        typed = self.cleaned_data
        return FieldDraft(
            title=typed["title"],
            is_required=typed["is_required"],
            site=typed["site"],
            choices=typed.get("choices", []),
        )


class NewFieldForm(FieldForm):
    """With what is the same for ever."""

    kind = forms.ChoiceField(label=_("Вид"), choices=ExtraField.Kind.choices)
    about = forms.ChoiceField(
        label=_("О чём"),
        choices=ExtraField.About.choices,
        help_text=_("О посетителе — одно на все его обращения, об обращении — в каждом своё."),
    )
    key = LineField(
        label=_("Ключ"),
        required=False,
        max_length=ExtraField.MAX_KEY,
        help_text=_(
            "Имя для программ: по нему сайт передаёт значение в токене. Потом не изменить."
            " Оставьте пустым — составим из названия."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        try:
            return key and actions.checked_key(key, actions.taken_keys(ExtraField.objects.all()))
        except Refusal as refusal:
            raise ValidationError(refusal.detail) from refusal


def _site_field(field: ExtraField | None) -> forms.Field:
    sites = dict(Site.objects.order_by("name", "pk").values_list("pk", "name"))
    if field is not None and field.site is not None:
        sites.setdefault(field.site.pk, field.site.name)
    return forms.TypedChoiceField(
        label=_("Сайт"),
        choices=[("", _("Все сайты")), *sites.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )


def _initial(field: ExtraField | None) -> dict[str, Any]:
    if field is None:
        return {"kind": ExtraField.Kind.TEXT, "about": ExtraField.About.VISITOR}
    return {name: getattr(field, name) for name in actions.FIELDS} | {"site": field.site_id}


@require_safe
@administrator_page("settings")
def fields(request: HttpRequest) -> HttpResponse:
    return page(request, "extra_fields.html", _listed())


def _listed() -> dict[str, Any]:
    every = list(ExtraField.objects.select_related("site"))
    current = [one for one in every if one.retired_at is None]
    groups = [
        {"title": about.label, "fields": [one for one in current if one.about == about]}
        for about in ExtraField.About
    ]
    retired = [one for one in every if one.retired_at is not None]
    return {"groups": groups, "retired": retired, "is_empty": not every}


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_field(request: HttpRequest) -> HttpResponse:
    form = NewFieldForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    if form.is_sent and said_in(form, lambda: _add(request, form)):
        return saved("fields")
    return form_page(request, "extra_field.html", form, {"back": reverse("fields")})


def _add(request: HttpRequest, form: NewFieldForm) -> None:
    same = {name: form.cleaned_data[name] for name in ("key", "kind", "about")}
    actions.add_field(doer_of(request), form.draft, **same, at=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_field(request: HttpRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(ExtraField, pk=pk)
    form = FieldForm(posted(request), field=field)
    if (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_field, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("fields")
    context = {"extra": field, "back": reverse("fields")}
    return form_page(request, "extra_field.html", form, context)


@require_POST
@administrator_page("settings")
def move_field(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ExtraField, pk=pk)
    up = request.POST.get("where") == "up"
    actions.move_field(doer_of(request), pk, up=up, at=timezone.now())
    return saved("fields")


@require_POST
@administrator_page("settings")
def retire_field(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(ExtraField, pk=pk)
    actions.retire_field(doer_of(request), pk, at=timezone.now())
    return saved("fields")


@require_POST
@administrator_page("settings")
def restore_field(request: HttpRequest, pk: int) -> HttpResponse:
    """Where there is no room for it, the list says so."""
    get_object_or_404(ExtraField, pk=pk)
    form = AdministrationForm(posted(request))
    if said_in(form, lambda: actions.restore_field(doer_of(request), pk, at=timezone.now())):
        return saved("fields")
    return form_page(request, "extra_fields.html", form, _listed())
