"""Sites: where the window stands, when and by whom its visitors are answered."""

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
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import sites as actions
from chat.actions.sites import SiteFields
from departments.looks import MEGABYTE
from departments.models import Department, FileKind, Site
from operators.access import administrator_page
from sphaera_support.administration import site_rows
from sphaera_support.administration.fields import (
    KeysField,
    LineField,
    LinkField,
    OriginsField,
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
from sphaera_support.administration.zones import ZoneField

LONGEST_REOPEN = 720  # hours
LARGEST_FILE = settings.VISITOR_FILE_SIZE // MEGABYTE
OUR_NOTICE = _("Отправляя сообщение, вы соглашаетесь на обработку персональных данных")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
_HELP_OF_ORIGINS = _(
    "Адреса страниц, на которых можно показать окно, по одному в строке: https://shop.example.ru."
    " Звёздочка — домен со всеми поддоменами: https://*.example.ru. Можно и кириллицей."
)
_HELP_OF_DEPARTMENTS = _("Новые посетители попадают в первый по порядку отдел первого уровня.")


class SiteForm(AdministrationForm):
    """A page of a site; its fields are named as the action names them."""

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        self.site = site
        version = site.version if site else 0
        super().__init__(*args, version=version, initial=_initial(site), **kwargs)

    @property
    def fields_typed(self) -> SiteFields:
        typed: Any = {key: self.cleaned_data[key] for key in self.fields if key != "shown_version"}
        if "reopen_window" in typed:
            typed["reopen_window"] *= HOUR
        if "rating_pause" in typed:
            typed["rating_pause"] *= MINUTE
        return typed  # type: ignore[no-any-return]


class NamedForm(SiteForm):
    name = LineField(label=_("Название"), max_length=100, help_text=_("Его видят операторы."))

    def fields_of_now(self) -> dict[str, forms.Field]:
        named = dict(Department.objects.values_list("pk", "name"))
        return {"departments": KeysField(named, label=_("Отделы"), help_text=_HELP_OF_DEPARTMENTS)}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if actions.is_name_taken(name, self.site.pk if self.site else None):
            raise ValidationError(gettext("Сайт «%s» уже есть.") % name)
        return name


class NewSiteForm(NamedForm):
    """Its zone is changed with the schedule that goes by it."""

    time_zone = ZoneField(label=_("Часовой пояс"), help_text=_("По нему идёт график работы."))
    origins = OriginsField(label=_("Домены"), required=False, help_text=_HELP_OF_ORIGINS)


class GeneralForm(NamedForm):
    reopen_window = forms.IntegerField(
        label=_("Срок возврата обращения"),
        min_value=0,
        max_value=LONGEST_REOPEN,
        help_text=_("Часов после закрытия, пока новое сообщение возвращает то же обращение."),
    )
    privacy_text = LineField(
        label=_("Уведомление о персональных данных"),
        required=False,
        max_length=500,
        help_text=_("Стоит под полем, пока посетитель не согласился; отправляя, он соглашается."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": OUR_NOTICE}),
    )
    privacy_url = LinkField(
        label=_("Ссылка о персональных данных"),
        required=False,
        max_length=200,
        help_text=_("Открывается из окна, из этого уведомления."),
    )
    asks_again = forms.BooleanField(
        label=_("Новая версия: спросить согласие ещё раз"),
        required=False,
        help_text=_(
            "Уведомление снова увидят все, и в начатых разговорах тоже: согласием станет"
            " следующее сообщение. Для исправленной опечатки не нужно."
        ),
    )
    max_file_size = forms.IntegerField(
        label=_("Предел размера файла, МБ"),
        required=False,
        min_value=1,
        max_value=LARGEST_FILE,
        help_text=_("Пусто — сколько принимает сервер: %s МБ.") % LARGEST_FILE,
    )
    file_kinds = forms.MultipleChoiceField(
        label=_("Какие файлы принимать от посетителей"),
        choices=[(kind, capfirst(kind.label)) for kind in FileKind],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Отметьте хотя бы один вид или выключите файлы во «Внешнем виде».")
        },
    )
    previews_typing = forms.BooleanField(
        label=_("Показывать операторам, что набирает посетитель"),
        required=False,
        help_text=_("Окно предупреждает об этом под полем сообщения. Набранное не сохраняется."),
    )

    def clean_file_kinds(self) -> list[str]:
        """All of them are none in particular: those that come later, too."""
        chosen: list[str] = self.cleaned_data["file_kinds"]
        return [] if len(chosen) == len(FileKind) else chosen


class DomainsForm(SiteForm):
    origins = OriginsField(label=_("Домены"), required=False, help_text=_HELP_OF_ORIGINS)


def _initial(site: Site | None) -> Mapping[str, Any]:
    if site is None:
        # Served by everybody there is: mostly they are few.
        departments = list(Department.objects.values_list("pk", flat=True))
        return {"time_zone": timezone.get_default_timezone_name(), "departments": departments}
    return {
        **{name: getattr(site, name) for name in actions.FIELDS},
        "file_kinds": site.file_kinds or FileKind.values,
        "reopen_window": int(site.reopen_window / HOUR),
        "rating_pause": int(site.rating_pause / MINUTE),
        "departments": list(site.departments.values_list("pk", flat=True)),
    }


def site_page(
    request: HttpRequest,
    template: str,
    site: Site,
    form: AdministrationForm | None = None,
    **context: Any,
) -> HttpResponse:
    """One of the tabs of a site."""
    everywhere = {"site": site} | menu_of_sites() | context
    if form is None:
        return page(request, template, everywhere)
    return form_page(request, template, form, everywhere)


def menu_of_sites() -> dict[str, Any]:
    return {"site_menu": Site.objects.order_by("name", "pk")}


def found(pk: int) -> Site:
    return get_object_or_404(Site.objects, pk=pk)


@require_safe
@administrator_page("sites")
def sites(request: HttpRequest) -> HttpResponse:
    return page(request, "sites.html", {"rows": site_rows.rows(at=timezone.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def add_site(request: HttpRequest) -> HttpResponse:
    form = NewSiteForm(posted(request))
    if (words := checked(request, form)) is not None:
        return words
    add = partial(actions.add_site, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: add(form.fields_typed)):
        return saved("sites")
    return form_page(request, "site_adding.html", form, {"back": reverse("sites")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def change_site(request: HttpRequest, pk: int) -> HttpResponse:
    form = GeneralForm(posted(request), site=found(pk))
    return changed(request, form, "change_site", "site.html")


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def change_domains(request: HttpRequest, pk: int) -> HttpResponse:
    form = DomainsForm(posted(request), site=found(pk))
    return changed(request, form, "site_domains", "site_domains.html")


def changed(
    request: HttpRequest, form: SiteForm, name: str, template: str, **context: Any
) -> HttpResponse:
    """A form of a site: looked at, saved, or shown with what is wrong."""
    if (words := checked(request, form)) is not None:
        return words
    site: Any = form.site
    change = partial(
        actions.change_site,
        doer_of(request),
        site.pk,
        even_alone="even_alone" in request.POST,
        at=timezone.now(),
    )
    if form.is_sent and said_in(form, lambda: change(form.fields_typed, shown=form.shown)):
        return saved(name, site.pk)
    return site_page(request, template, site, form, back=reverse("sites"), **context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def deactivate_site(request: HttpRequest, pk: int) -> HttpResponse:
    return _asked(request, pk, "site_deactivation.html", actions.deactivate_site)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def delete_site(request: HttpRequest, pk: int) -> HttpResponse:
    return _asked(request, pk, "site_deletion.html", actions.delete_site, how="deleted")


def _asked(
    request: HttpRequest, pk: int, template: str, act: Any, *, how: str = "saved"
) -> HttpResponse:
    """A question first, then the deed; a refusal is said in the question."""
    site = found(pk)
    form = AdministrationForm(posted(request))
    if form.is_sent and said_in(form, lambda: act(doer_of(request), pk, at=timezone.now())):
        return saved("sites", how=how)
    return site_page(request, template, site, form, **site_rows.consequences(site))


@require_POST
@administrator_page("sites")
def activate_site(request: HttpRequest, pk: int) -> HttpResponse:
    actions.activate_site(doer_of(request), found(pk).pk, at=timezone.now())
    return saved("sites")
