"""How the window of a site looks: colours, words, what is asked in it, its picture."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from chat.actions import sites as actions
from chat.files import squares
from chat.sockets.frames import encode
from departments.looks import OUR_COLOUR
from departments.models import Corner, Site, Theme
from operators.access import administrator_page
from sphaera_support.administration.fields import ColourField, LineField
from sphaera_support.administration.frame import doer_of, page, posted, saved
from sphaera_support.administration.sites import SiteForm, changed, found, menu_of_sites

OUR_AWAY_TEXT = _("Сообщение увидит первый оператор, который выйдет на работу. Ответ придёт сюда.")
OUR_THANKS = _("Сообщение сохранено.")


class AppearanceForm(SiteForm):
    colour = ColourField(
        label=_("Цвет окна"),
        required=False,
        max_length=20,
        help_text=_("Кнопка и сообщения посетителя, белым по нему. Пусто — цвет СФЕРЫ."),
        widget=forms.TextInput(attrs={"placeholder": OUR_COLOUR, "spellcheck": "false"}),
    )
    corner = forms.ChoiceField(label=_("Угол экрана"), choices=Corner.choices)
    theme = forms.ChoiceField(label=_("Тема"), choices=Theme.choices)
    sound = forms.BooleanField(label=_("Звук нового сообщения"), required=False)
    online_text = LineField(
        label=_("Кнопка «В сети»"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("Мы в сети")}),
    )
    offline_text = LineField(
        label=_("Кнопка «Не в сети»"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("Напишите нам")}),
    )
    window_greeting = LineField(
        label=_("Приветствие"),
        required=False,
        max_length=300,
        help_text=_("Стоит в окне, пока посетитель ничего не написал и кто-то в сети."),
    )
    away_title = LineField(
        label=_("Заголовок, когда никого нет"),
        required=False,
        max_length=80,
        help_text=_("Стоит над формой «Не в сети». Пусто — без заголовка."),
    )
    away_text = LineField(
        label=_("Пояснение, когда никого нет"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": OUR_AWAY_TEXT}),
    )
    thanks_text = LineField(
        label=_("После отправки, когда никого нет"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": OUR_THANKS}),
    )
    shows_operators = forms.BooleanField(
        label=_("Показывать имя и фото оператора"),
        required=False,
        help_text=_("Иначе посетитель везде читает «Оператор», и в прежней переписке тоже."),
    )
    asks_email = forms.BooleanField(
        label=_("Спрашивать эл. почту, когда «Не в сети»"),
        required=False,
        help_text=_("У кого её не назвал сайт. Отвечать посетитель не обязан."),
    )
    attaches_files = forms.BooleanField(
        label=_("Разрешить прикреплять файлы"),
        required=False,
        help_text=_("Размер и виды файлов — в «Основном»."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def change_appearance(request: HttpRequest, pk: int) -> HttpResponse:
    form = AppearanceForm(posted(request), site=found(pk))
    return changed(request, form, "site_appearance", "site_appearance.html", **_beside(form.site))


def _beside(site: Any) -> dict[str, Any]:
    """What stands beside the form of its look."""
    return {"look": encode(asdict(site.look)), "avatar_most": squares.LARGEST}


@require_POST
@administrator_page("sites")
def change_avatar(request: HttpRequest, pk: int) -> HttpResponse:
    """Saved at once, so that the form beside it keeps what is typed there."""
    site, sent = found(pk), request.FILES.get("avatar")
    try:
        content = b"" if "remove" in request.POST else squares.square_of(sent)
    except squares.BadPicture as bad:
        return _avatar(request, site, error=str(bad), status=422)
    actions.change_avatar(doer_of(request), site.pk, content, at=timezone.now())
    if _is_part(request):
        return _avatar(request, found(pk))
    return saved("site_appearance", site.pk)


def _is_part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _avatar(
    request: HttpRequest, site: Site, *, error: str = "", status: int = 200
) -> HttpResponse:
    told = {"site": site, "avatar_error": error, "back": reverse("sites"), **_beside(site)}
    if _is_part(request):
        return render(request, "administration/_site_avatar.html", told, status=status)
    told |= {"form": AppearanceForm(site=site)} | menu_of_sites()
    return page(request, "site_appearance.html", told, status=status)
