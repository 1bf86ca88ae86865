"""«Шаблоны» of the settings: what all operators may insert, and what placeholders stand for."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import placeholders
from chat.actions import templates as actions
from chat.files.refusals import BadFile
from chat.files.storage import Owner
from chat.files.uploads import takes_upload
from chat.models import TemplateWords
from operators.access import administrator_page
from operators.models import Account
from sphaera_support.administration import answer_templates as pages
from sphaera_support.administration import template_sheets as sheets
from sphaera_support.administration.fields import TextField
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    form_page,
    posted,
    said_in,
    saved,
)

SHARED = pages.Shelf(None)


@require_safe
@administrator_page("settings")
def templates(request: HttpRequest) -> HttpResponse:
    return pages.list_page(request, SHARED)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_template(request: HttpRequest) -> HttpResponse:
    return pages.add_page(request, SHARED)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_template(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.change_page(request, SHARED, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def delete_template(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.delete_page(request, SHARED, pk)


@require_safe
@administrator_page("settings")
def export_template(_request: HttpRequest) -> HttpResponse:
    return sheets.export_page(SHARED)


def _sender(request: HttpRequest, **_address: int) -> Owner:
    account = request.user
    if not isinstance(account, Account) or not account.is_administrator:
        raise BadFile(403, gettext("Загружать общие шаблоны может администратор."))
    return {"account": account}


@takes_upload(_sender)
@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def import_template(request: HttpRequest) -> HttpResponse:
    return sheets.import_page(request, SHARED)


@takes_upload(_sender)
@require_POST
@administrator_page("settings")
def add_file_to_template(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.file_page(request, SHARED, pk)


@require_POST
@administrator_page("settings")
def take_file_from_template(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    return pages.file_removal(request, SHARED, pk, file)


class WordsField(TextField):
    """{name: text} of lines «ключ = текст»."""

    MOST = 100
    LONGEST = 500

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name} = {text}" for name, text in sorted(value.items()))

    def clean(self, value: Any) -> dict[str, str]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self.MOST:
            raise ValidationError(gettext("Не больше %s подстановок.") % self.MOST)
        words: dict[str, str] = {}
        for line in lines:
            name, text = self._read(line)
            if name in words:
                raise ValidationError(gettext("«%s» встречается дважды.") % name)
            words[name] = text
        return words

    def _read(self, line: str) -> tuple[str, str]:
        name, sign, text = (part.strip() for part in line.partition("="))
        name = name.strip("{}").lower()
        if not sign or not text or placeholders.words_in(f"{{{name}}}") != [name]:
            words = gettext("«%s»: пишите «ключ = текст», ключ — буквы, цифры и «_».")
            raise ValidationError(words % line.strip()[:60])
        if name in placeholders.IN_TEMPLATE:
            raise ValidationError(gettext("«%s» подставляется само, другой ключ.") % name)
        if len(text) > self.LONGEST:
            raise ValidationError(gettext("«%s»: не длиннее %s знаков.") % (name, self.LONGEST))
        return name, text


class WordsForm(AdministrationForm):
    words = WordsField(
        label=_("Подстановки"),
        required=False,
        help_text=_("По одной в строке: «телефон = 8 800 555-35-35». В шаблоне пишут {телефон}."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def template_words(request: HttpRequest) -> HttpResponse:
    kept = TemplateWords.objects.first() or TemplateWords()
    form = WordsForm(posted(request), version=kept.version, initial={"words": kept.words})
    if (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_template_words, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.cleaned_data["words"], shown=form.shown)):
        return saved("template_words")
    return form_page(request, "template_words.html", form, {"back": SHARED.address()})
