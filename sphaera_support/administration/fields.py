"""Fields of the administration's forms: which text is taken, and who stands in a department how."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from chat.actions.memberships import LONGEST_LIMIT, PRIORITIES, Terms
from chat.text import has_controls, is_blank
from departments.looks import READABLE, contrast_with_white, read_colour
from departments.origins import BadOrigin, read_origin, spelled
from operators.photos import KINDS, BadPhoto, read_photo

MOST_ORIGINS = 50
LONGEST_ORIGINS = 20_000  # characters typed, so that nobody is kept waiting


class LineField(forms.CharField):
    """A name or a title: one line, nothing in it that shows nothing or turns the rest around."""

    def to_python(self, value: Any) -> str:
        line = unicodedata.normalize("NFC", " ".join(str(value or "").split()))
        return "" if is_blank(line) else line

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_controls(value)


class TextField(forms.CharField):
    """Several lines, as they were written."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
        return "" if is_blank(text) else text

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_controls(value)


def refuse_controls(value: str) -> None:
    if has_controls(value):
        raise ValidationError(_("Уберите невидимые управляющие символы."), code="controls")


class LinkField(forms.CharField):
    """To a page of the web."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class OriginsField(forms.Field):
    """Origins, one a line, in either spelling (departments.origins)."""

    widget = forms.Textarea(attrs={"spellcheck": "false", "autocapitalize": "none"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(spelled, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        text = str(value or "")
        if len(text) > LONGEST_ORIGINS:
            raise ValidationError(_("Слишком много текста: по одному адресу в строке."))
        lines = [line for line in text.splitlines() if not is_blank(line)]
        found = list(dict.fromkeys(_origin(line) for line in lines))
        if len(found) > MOST_ORIGINS:
            raise ValidationError(_("Не больше %(most)s адресов.") % {"most": MOST_ORIGINS})
        return found


def _origin(line: str) -> str:
    try:
        return read_origin(line)
    except BadOrigin as bad:
        words = {"line": line.strip()[:60], "why": bad.words}
        raise ValidationError(_("«%(line)s»: %(why)s.") % words) from bad


class PhotoField(forms.FileField):
    """What of the picture is kept (operators.photos)."""

    widget = forms.FileInput(attrs={"accept": ",".join(f"image/{k.lower()}" for k in KINDS)})
    default_error_messages = {"required": _("Выберите файл.")}

    def clean(self, data: Any, initial: Any = None) -> "ContentFile[bytes]":
        uploaded = super().clean(data, initial)
        try:
            return read_photo(uploaded, uploaded.size)
        except BadPhoto as bad:
            raise ValidationError(str(bad)) from bad


class ColourField(forms.CharField):
    """On which white text is read; empty for the product's own."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        colour = read_colour(typed)
        if colour is None:
            raise ValidationError(_("Цвет пишут так: #5B4A9E."))
        if (contrast := contrast_with_white(colour)) < READABLE:
            # Cut, not rounded: 4.49 is not 4.5.
            words = _(
                "Контраст %(contrast)s: белый текст на таком цвете плохо виден. Нужно не меньше"
                " 4,5 — возьмите темнее."
            )
            raise ValidationError(words % {"contrast": localize(int(contrast * 10) / 10)})
        return colour


class KeysField(forms.TypedMultipleChoiceField):
    """Several of those there are, by key."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, named: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(choices=list(named.items()), coerce=int, required=False, **kwargs)


class Row(NamedTuple):
    """What a form shows of one who may stand in a department, or of a department to stand in."""

    key: int
    name: str
    is_in: bool
    priority: str
    limit: str


class TermsInput(forms.Widget):
    """Of each a checkbox, a priority and a limit: name, name_priority_7, name_limit_7."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, tuple[str, str]]:
        return {key: _typed(data, name, key) for key in data.getlist(name)}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


def _typed(data: Any, name: str, key: object) -> tuple[str, str]:
    return data.get(f"{name}_priority_{key}", "1"), data.get(f"{name}_limit_{key}", "")


class TermsField(forms.Field):
    """{key: Terms} of those that are ticked."""

    widget = TermsInput
    priorities = [*((str(one), str(one)) for one in PRIORITIES if one), ("0", _("вне очереди"))]

    def __init__(self, named: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.named = named

    def clean(self, value: Mapping[str, tuple[str, str]]) -> dict[int, Terms]:
        by_key = {str(key): key for key in self.named}
        if not value.keys() <= by_key.keys():
            raise ValidationError(_("Выбран тот, кого больше нет. Откройте страницу заново."))
        return {by_key[key]: self._terms(by_key[key], *typed) for key, typed in value.items()}

    def _terms(self, key: int, priority: str, limit: str) -> Terms:
        priorities = {str(one): one for one in PRIORITIES}
        limits = {str(number): number for number in range(LONGEST_LIMIT + 1)} | {"": 0}
        if priority not in priorities or limit.strip() not in limits:
            words = _("%(name)s: предел — целое число от 0 до %(most)s, 0 или пусто — без предела.")
            raise ValidationError(words % {"name": self.named[key], "most": LONGEST_LIMIT})
        return Terms(priorities[priority], limits[limit.strip()])

    def rows(self, form: forms.Form, name: str) -> Iterator[Row]:
        """As it is, or as it was typed."""
        initial: Mapping[int, Terms] = form.get_initial_for_field(self, name) or {}
        typed_keys = form.data.getlist(name) if isinstance(form.data, QueryDict) else []
        chosen = set(typed_keys) if form.is_bound else {str(key) for key in initial}
        for key, title in self.named.items():
            terms = initial.get(key, Terms())
            typed = str(terms.priority), str(terms.limit or "")
            if form.is_bound:
                typed = _typed(form.data, name, key)
            yield Row(key, title, str(key) in chosen, *typed)
