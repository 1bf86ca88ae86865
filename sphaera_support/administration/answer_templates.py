"""Pages of kept answers, one way for both: the shared ones in the settings, one's own."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import placeholders
from chat.actions import template_files as files
from chat.actions import templates as actions
from chat.actions.errors import Refusal
from chat.actions.links import LONGEST_TITLE, checked_link
from chat.actions.templates import NoSuchTemplate, TemplateDraft
from chat.files.refusals import BadFile
from chat.link_addresses import LONGEST, known_address
from chat.models import AnswerTemplate, TemplateWords
from chat.sockets.frames import MAX_TEXT
from chat.text import folded
from chat.wire.files import size_text
from departments.models import Site
from operators.models import Account
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

ON_A_PAGE = 100
MOST_POSITION = 1_000_000


@dataclass(frozen=True)
class Shelf:
    """Whose templates a page is about; nobody's are shared."""

    owner: Account | None

    def name(self, deed: str = "") -> str:
        """Of the page, as urls.py has it."""
        kind = "own_template" if self.owner else "template"
        return f"{deed}_{kind}" if deed else f"{kind}s"

    def address(self, deed: str = "", *args: Any) -> str:
        return reverse(self.name(deed), args=args)

    @property
    def pages(self) -> dict[str, str]:
        deeds = {"list": "", "add": "add", "import": "import", "export": "export"}
        return {key: self.address(deed) for key, deed in deeds.items()}

    def found(self, pk: int) -> AnswerTemplate:
        return get_object_or_404(AnswerTemplate.objects.owned_by(self.owner), pk=pk)


def known_words() -> list[str]:
    """What a template may have in braces."""
    words = TemplateWords.objects.first()
    return [*placeholders.IN_TEMPLATE, *sorted(words.words if words else ())]


def sites_named() -> dict[int, str]:
    return dict(Site.objects.order_by("name", "pk").values_list("pk", "name"))


class TemplateForm(AdministrationForm):
    code = LineField(label=_("Код"), max_length=20, help_text=_("По нему находят сразу: А.001."))
    title = LineField(label=_("Название"), max_length=120)
    group = LineField(
        label=_("Группа"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"list": "template-groups"}),
    )
    position = forms.IntegerField(
        label=_("Место в группе"), min_value=0, max_value=MOST_POSITION, required=False
    )
    link_title = LineField(
        label=_("Заголовок ссылки"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Ссылка уходит карточкой вслед за ответом. Без неё оба поля пустые."),
    )
    link_url = LineField(
        label=_("Адрес ссылки"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(
            {"inputmode": "url", "autocapitalize": "none", "placeholder": "https://"}
        ),
    )
    # The domain of which the sender was told that it could be taken for another.
    even_mixed = forms.CharField(max_length=255, required=False)

    def __init__(
        self,
        *args: Any,
        sites: Mapping[int, str],
        known: Collection[str],
        is_taken: Callable[[str], bool] = lambda _code: False,
        **kwargs: Any,
    ) -> None:
        self.sites, self.known, self.is_taken = sites, known, is_taken
        super().__init__(*args, **kwargs)

    def fields_of_now(self) -> dict[str, forms.Field]:
        listed = ", ".join(f"{{{name}}}" for name in self.known)
        return {
            "site": forms.TypedChoiceField(
                label=_("Сайт"),
                choices=[("", _("Все сайты")), *self.sites.items()],
                coerce=int,
                empty_value=None,
                required=False,
            ),
            "text": TextField(
                label=_("Текст"),
                max_length=MAX_TEXT,
                help_text=gettext("Можно вставить %s.") % listed,
            ),
        }

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self.is_taken(code):
            raise ValidationError(gettext("Код «%s» уже занят.") % code)
        return code

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        strange = [name for name in placeholders.words_in(text) if name not in self.known]
        if strange:
            words = gettext("Вместо «{%s}» здесь нечего вставить.")
            raise ValidationError(words % strange[0])
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        title, typed = cleaned.get("link_title", ""), cleaned.get("link_url", "")
        if (title or typed) and not {"link_title", "link_url"} & self.errors.keys():
            try:
                self._check_link(title, typed)
            except Refusal as refusal:
                self.add_error(f"link_{refusal.field}", refusal.detail)
        return cleaned

    def _check_link(self, title: str, typed: str) -> None:
        if strange := placeholders.words_in(title):
            words = gettext("В заголовке ссылки ничего не подставляется: уберите «{%s}».")
            self.add_error("link_title", words % strange[0])
        line, address = checked_link(title, typed, self.cleaned_data.get("even_mixed", ""))
        self.cleaned_data |= {"link_title": line, "link_url": address.url}

    @property
    def mixed(self) -> str:
        """The domain of the link, where it could be taken for another: it is asked about."""
        address = known_address(self["link_url"].value() or "")
        return address.domain if address and address.is_mixed else ""

    @property
    def is_confirmed(self) -> bool:
        return bool(self["even_mixed"].value() == self.mixed)

    @property
    def draft(self) -> TemplateDraft:
        other = {"shown_version", "even_mixed"}
        return TemplateDraft(**{k: v for k, v in self.cleaned_data.items() if k not in other})


def template_form(
    request: HttpRequest,
    shelf: Shelf,
    template: AnswerTemplate | None = None,
    initial: Mapping[str, Any] | None = None,
) -> TemplateForm:
    sites = sites_named()
    if template is not None and template.site is not None:
        sites.setdefault(template.site.pk, template.site.name)
    but = template.pk if template else None
    return TemplateForm(
        posted(request),
        version=template.version if template else 0,
        initial=_initial(template) if template else initial,
        sites=sites,
        known=known_words(),
        is_taken=lambda code: actions.is_code_taken(shelf.owner, code, but),
    )


def _initial(template: AnswerTemplate) -> dict[str, Any]:
    fields = {name: getattr(template, name) for name in actions.FIELDS}
    return {**fields, "site": template.site_id, "even_mixed": confirmed_domain(template)}


def confirmed_domain(template: AnswerTemplate) -> str:
    """Of its link, which somebody has let pass already."""
    address = known_address(template.link_url)
    return address.domain if address else ""


def list_page(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    asked, is_idle = request.GET.get("q", ""), "idle" in request.GET
    at = timezone.now()
    rows = AnswerTemplate.objects.owned_by(shelf.owner).with_uses().select_related("site")
    found = [row for row in rows if answers_to(row, asked) and (not is_idle or idle(row, at=at))]
    pages = Paginator(found, ON_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "shelf": shelf,
        "asked": asked,
        "is_idle": is_idle,
        "is_empty": not rows,
        "shown": shown,
        "rows": [{"template": row, "is_idle": idle(row, at=at)} for row in shown],
        "days": AnswerTemplate.IDLE_AFTER.days,
    }
    return page(request, "answer_templates.html", context)


def answers_to(template: AnswerTemplate, asked: str) -> bool:
    parts = (template.code, template.title, template.group, template.text)
    among = folded("\n".join(parts))
    return all(word in among for word in folded(asked).split())


def idle(template: Any, *, at: datetime) -> bool:
    """Not used for long: counted from when it was made, where it never was."""
    last: datetime = template.used_at or template.created_at
    return last < at - AnswerTemplate.IDLE_AFTER


def add_page(
    request: HttpRequest, shelf: Shelf, initial: Mapping[str, Any] | None = None
) -> HttpResponse:
    form = template_form(request, shelf, initial=initial)
    add = partial(actions.add_template, doer_of(request), shelf.owner, at=timezone.now())
    return _edited(request, shelf, form, lambda: add(form.draft), {})


def change_page(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    template = shelf.found(pk)
    form = template_form(request, shelf, template)
    change = partial(actions.change_template, doer_of(request), shelf.owner, pk, at=timezone.now())
    context = {"template": template, "delete": shelf.address("delete", pk)}
    context |= _files(shelf, template)
    return _edited(request, shelf, form, lambda: change(form.draft, shown=form.shown), context)


def _files(shelf: Shelf, template: AnswerTemplate) -> dict[str, Any]:
    rows = [
        {
            "name": kept.name,
            "size": size_text(kept.size),
            "remove": shelf.address("take_file_from", template.pk, kept.pk),
        }
        for kept in template.files.all()
    ]
    return {"files": rows, "add_file": shelf.address("add_file_to", template.pk)}


def file_page(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    """A file goes to the template at once, whatever stands in its form."""
    template = shelf.found(pk)
    uploaded = request.FILES.get("file")
    try:
        files.add_template_file(doer_of(request), shelf.owner, pk, uploaded, at=timezone.now())
    except BadFile as bad:
        return _refused_file(request, shelf, template, bad.words["detail"], bad.status)
    except Refusal as refusal:
        return _refused_file(request, shelf, template, refusal.detail, 422)
    return saved(shelf.name("change"), pk)


def _refused_file(
    request: HttpRequest, shelf: Shelf, template: AnswerTemplate, words: str, status: int
) -> HttpResponse:
    context = {"template": template, "error": words, "back": shelf.address("change", template.pk)}
    context |= {"shelf": shelf, **_files(shelf, template)}
    return page(request, "answer_template_file.html", context, status=status)


def file_removal(request: HttpRequest, shelf: Shelf, pk: int, file: int) -> HttpResponse:
    shelf.found(pk)
    try:
        files.remove_template_file(doer_of(request), shelf.owner, pk, file, at=timezone.now())
    except NoSuchTemplate as missing:
        raise Http404 from missing
    return saved(shelf.name("change"), pk, how="deleted")


# The same form in a dialog of the zone, which one does not leave for it.
DIALOG = "template-form"


def _edited(
    request: HttpRequest,
    shelf: Shelf,
    form: TemplateForm,
    act: Callable[[], object],
    context: dict[str, Any],
) -> HttpResponse:
    in_dialog = request.headers.get("HX-Target") == DIALOG
    if (words := checked(request, form)) is not None:
        return words
    if form.is_sent and said_in(form, act):
        done = HttpResponse(status=204, headers={"HX-Trigger": "templatesaved"})
        return done if in_dialog else saved(shelf.name())
    groups = AnswerTemplate.objects.owned_by(shelf.owner).exclude(group="").order_by("group")
    context |= {
        "shelf": shelf,
        "back": shelf.address(),
        "groups": groups.values_list("group", flat=True).distinct(),
    }
    if not in_dialog:
        return form_page(request, "answer_template.html", form, context)
    answer = form_page(request, "answer_template_dialog.html", form, context)
    answer["HX-Retarget"] = f"#{DIALOG}"
    return answer


def delete_page(request: HttpRequest, shelf: Shelf, pk: int) -> HttpResponse:
    template = shelf.found(pk)
    form = AdministrationForm(posted(request))
    delete = partial(actions.delete_template, doer_of(request), shelf.owner, pk, at=timezone.now())
    if form.is_sent and said_in(form, delete):
        return saved(shelf.name(), how="deleted")
    context = {"template": template, "back": shelf.address("change", pk)}
    return form_page(request, "answer_template_deletion.html", form, context)
