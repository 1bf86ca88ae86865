"""Departments and their queues: how many wait where, who answers, how they are asked."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import placeholders
from chat.actions import departments as actions
from chat.actions.departments import DepartmentDraft
from chat.actions.memberships import Terms
from departments.models import Department, Distribution, Site, stage_now
from operators.access import administrator_page
from operators.models import Account
from sphaera_support.administration import ladder
from sphaera_support.administration.fields import (
    KeysField,
    LineField,
    TermsField,
    TextField,
    refuse_controls,
)
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

LONGEST_TEXT = 1000
MAIL_IS_OFF = _("Почта на этом сервере не настроена: писем не будет, пока её не настроят.")
_HELP_OF_SITES = _("Посетители каких сайтов попадают в отдел.")
SHORTEST_OFFER, LONGEST_OFFER = 5, 3600  # seconds


class DepartmentForm(AdministrationForm):
    name = LineField(label=_("Название"), max_length=100)
    level = forms.TypedChoiceField(
        label=_("Уровень"),
        coerce=int,
        choices=[(1, "1"), (2, "2"), (3, "3")],
        help_text=_("Новые посетители приходят на первый, выше — только после передачи."),
    )
    distribution = forms.ChoiceField(
        label=_("Распределение"),
        choices=Distribution.choices,
        help_text=_(
            "«Всем»: звонит у всех свободных, берёт первый. «По очереди»: спрашивает по одному,"
            " первым — кого дольше не спрашивали. «Наименее загруженному»: у кого меньше обращений."
        ),
    )
    offer_timeout = forms.IntegerField(
        label=_("Время на ответ"),
        min_value=SHORTEST_OFFER,
        max_value=LONGEST_OFFER,
        help_text=_("Секунд, через сколько спросить следующего; при «всем» не нужно."),
    )
    greeting = TextField(
        label=_("Приветствие"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("Когда оператор принял. Можно вставить {имя}, {оператор}, {сайт}."),
    )
    waiting_text = TextField(
        label=_("Сообщение ожидающему"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("После первого сообщения. Можно вставить {имя}, {сайт}, {место}."),
    )
    notify_email = forms.EmailField(
        label=_("Почта для уведомлений"),
        required=False,
        max_length=254,
        validators=[refuse_controls],
        help_text=_(
            "Сюда придёт письмо, когда посетителю никто не ответил или никого нет на месте."
        ),
    )

    def __init__(self, *args: Any, department: Department | None = None, **kwargs: Any) -> None:
        self.department = department
        version = department.version if department else 0
        super().__init__(*args, version=version, initial=_initial(department), **kwargs)

    def fields_of_now(self) -> dict[str, forms.Field]:
        if not settings.SENDS_MAIL:
            self.fields["notify_email"].help_text = MAIL_IS_OFF
        return {
            "members": TermsField(_staff(), label=_("Операторы")),
            "sites": KeysField(_sites(), label=_("Сайты"), help_text=_HELP_OF_SITES),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if actions.is_name_taken(name, self.department.pk if self.department else None):
            raise ValidationError(gettext("Отдел «%s» уже есть.") % name)
        return name

    def clean_greeting(self) -> str:
        return _with_known(self.cleaned_data["greeting"], placeholders.IN_GREETING)

    def clean_waiting_text(self) -> str:
        return _with_known(self.cleaned_data["waiting_text"], placeholders.IN_WAITING_TEXT)

    @property
    def draft(self) -> DepartmentDraft:
        fields = {key: value for key, value in self.cleaned_data.items() if key != "shown_version"}
        timeout = timedelta(seconds=fields.pop("offer_timeout"))
        return DepartmentDraft(offer_timeout=timeout, **fields)

    def member_rows(self) -> list[Any]:
        field: Any = self.fields["members"]
        return list(field.rows(self, "members"))


def _staff() -> dict[int, str]:
    """Who may answer; who was put off is named so."""
    off = gettext("отключён")
    staff = Account.objects.staff().order_by("name", "pk").values_list("pk", "name", "is_active")
    return {pk: name if is_active else f"{name} ({off})" for pk, name, is_active in staff}


def _sites() -> dict[int, str]:
    return dict(Site.objects.order_by("name", "pk").values_list("pk", "name"))


def _initial(department: Department | None) -> Mapping[str, Any]:
    if department is None:
        # A new one serves everybody there is: mostly that is one site.
        return {"level": 1, "distribution": "all", "offer_timeout": 30, "sites": list(_sites())}
    members = department.memberships.values_list("account", "priority", "limit")
    return {
        **{name: getattr(department, name) for name in actions.FIELDS},
        "offer_timeout": int(department.offer_timeout.total_seconds()),
        "members": {account: Terms(*terms) for account, *terms in members},
        "sites": list(department.sites.values_list("pk", flat=True)),
    }


def _with_known(text: str, known: tuple[str, ...]) -> str:
    if strange := placeholders.unknown_in(text, known):
        words = gettext("Вместо «{%(strange)s}» здесь нечего вставить. Можно: %(known)s.")
        listed = ", ".join(f"{{{name}}}" for name in known)
        raise ValidationError(words % {"strange": strange[0], "known": listed})
    return text


@require_safe
@administrator_page("settings")
def departments(request: HttpRequest) -> HttpResponse:
    context = {"levels": ladder.levels(at=timezone.now()), "stage": stage_now()}
    return page(request, "departments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_department(request: HttpRequest) -> HttpResponse:
    form = DepartmentForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    add = partial(actions.add_department, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: add(form.draft)):
        return saved("departments")
    return form_page(request, "department.html", form, {"back": reverse("departments")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_department(request: HttpRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department.objects, pk=pk)
    form = DepartmentForm(posted(request), department=department)
    if (words := checked(request, form)) is not None:
        return words
    change = partial(
        actions.change_department,
        doer_of(request),
        pk,
        even_alone="even_alone" in request.POST,
        at=timezone.now(),
    )
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("departments")
    context = {"department": department, "back": reverse("departments")}
    return form_page(request, "department.html", form, context)


@require_POST
@administrator_page("settings")
def move_department(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Department.objects, pk=pk)
    up = request.POST.get("where") == "up"
    actions.move_department(doer_of(request), pk, up=up, at=timezone.now())
    return saved("departments")


class DeletionForm(AdministrationForm):
    to = forms.TypedChoiceField(label=_("Куда передать обращения"), coerce=int, required=False)

    def __init__(self, *args: Any, others: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.choices = [(one.pk, one.name) for one in others]


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def delete_department(request: HttpRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department.objects, pk=pk)
    form = DeletionForm(posted(request), others=ladder.heirs(department))
    delete = partial(actions.delete_department, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: delete(to=form.cleaned_data["to"] or None)):
        return saved("departments", how="deleted")
    return form_page(request, "department_deletion.html", form, ladder.deletion(department))
