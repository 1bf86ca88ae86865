"""Fields of plans and contracts, the same in a form and in a row of a table."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from chat.text import clean_line, folded, has_controls, is_blank
from departments.hours import HORIZON

MOST_CUSTOMERS = 500
LONGEST_CUSTOMER = 255
LONGEST_CUSTOMERS = 20_000  # characters typed, so that nobody is kept waiting
MOST_MINUTES = HORIZON.days * 24 * 60
FIRST_YEAR, LAST_YEAR = 1990, 2100
_SEPARATORS = re.compile(r"[\n;,]")
_TERM = re.compile(r"(?:(?P<hours>\d{1,5})\s*ч\.?)?\s*(?:(?P<minutes>\d{1,6})\s*(?:мин\.?|м)?)?")


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        typed = value.strip() if isinstance(value, str) else value
        try:
            return super().to_python(typed)
        except ValidationError as error:
            raise ValidationError(_("Дата пишется так: 31.12.2027.")) from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            bounds = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError(_("Год — от %(first)s до %(last)s.") % bounds)


class CustomersField(forms.Field):
    """Logins and e-mails, one a line or between commas."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple) else value

    def to_python(self, value: Any) -> tuple[str, ...]:
        text = str(value or "")
        if len(text) > LONGEST_CUSTOMERS:
            raise ValidationError(_("Слишком много текста: по одному клиенту в строке."))
        named = [part for part in _SEPARATORS.split(text) if not is_blank(part)]
        found = tuple(dict.fromkeys(map(_customer, named)))
        if len(found) > MOST_CUSTOMERS:
            raise ValidationError(_("Не больше %(most)s клиентов.") % {"most": MOST_CUSTOMERS})
        return found


def _customer(typed: str) -> str:
    name = unicodedata.normalize("NFC", typed.strip())
    shown = {"name": clean_line(name, 60), "most": LONGEST_CUSTOMER}
    if has_controls(name):
        raise ValidationError(_("«%(name)s»: уберите невидимые управляющие символы.") % shown)
    if len(name) > LONGEST_CUSTOMER:
        raise ValidationError(_("«%(name)s…»: не длиннее %(most)s знаков.") % shown)
    return name.lower() if _is_email(name) else name


def _is_email(name: str) -> bool:
    try:
        validate_email(name)
    except ValidationError:
        return False
    return True


class NamedField(forms.Field):
    """The key of something that a table names, in whatever case."""

    def __init__(self, named: Mapping[int, str], unknown: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keys = {folded(name): key for key, name in named.items()}
        self.unknown = unknown

    def to_python(self, value: Any) -> int | None:
        name = clean_line(str(value or ""), 200)
        if name and folded(name) not in self.keys:
            raise ValidationError(self.unknown % name[:60])
        return self.keys.get(folded(name))


class MinutesField(forms.CharField):
    """«30 мин», «4 ч», «1 ч 30 мин»; a number alone is minutes. None where nothing is typed."""

    def prepare_value(self, value: Any) -> Any:
        return shown_minutes(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        typed: str = super().clean(value)
        if not typed:
            return None
        found = _TERM.fullmatch(typed.lower())
        if found is None:
            raise ValidationError(_("Срок пишут так: 30 мин, 4 ч, 1 ч 30 мин."))
        minutes = int(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
        if not 0 < minutes <= MOST_MINUTES:
            raise ValidationError(_("Срок — от минуты до %s дней.") % HORIZON.days)
        return minutes


def shown_minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    told = [_("%s ч") % hours] * bool(hours) + [_("%s мин") % rest] * bool(rest)
    return " ".join(told)


def refuse_end_before_begin(begins_on: date | None, ends_on: date | None) -> None:
    if begins_on and ends_on and ends_on < begins_on:
        raise ValidationError(_("Договор кончается раньше, чем начинается."))
