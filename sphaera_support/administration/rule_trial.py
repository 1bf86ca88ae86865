"""«Проверить»: of typed values, which rule would fire, and why each one before it would not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.automatic.catalogue import FACTS, Kind
from chat.automatic.conditions import key_of
from chat.automatic.guests import spellings
from chat.automatic.reading import rule_of
from chat.automatic.rules import Rule, RulesOfSite, decide
from chat.automatic.words import Names, told_deeds, told_test
from chat.models import AutomaticRule
from chat.queue.availability import is_site_open
from chat.text import folded
from departments.models import Site
from operators.addresses import parse_address
from sphaera_support.administration.fields import LineField
from sphaera_support.administration.frame import AdministrationForm

MOST_SECONDS = 86_400
_NUMBERS = {
    "time_on_page": _("Время на странице, с"),
    "time_on_site": _("Время на сайте, с"),
    "visits": _("Число посещений"),
    "conversations": _("Число обращений"),
}
_TEXTS = {
    "page": _("Адрес страницы"),
    "title": _("Заголовок страницы"),
    "source": _("Откуда пришёл"),
    "country": _("Страна"),
    "city": _("Город"),
    "language": _("Язык браузера"),
    "device": _("Устройство"),
    "plan": _("План поддержки"),
    "contract": _("Номер договора"),
}


class Verdict(NamedTuple):
    """What would become of a rule; `why` are the parts of its conditions that do not hold."""

    rule: AutomaticRule
    code: str
    words: str
    why: list[str]
    deeds: list[str]


class TrialForm(AdministrationForm):
    at = forms.DateTimeField(
        label=_("Когда"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=_("По часам сайта."),
    )
    address = LineField(label=_("IP-адрес"), required=False, max_length=50)

    def __init__(self, data: Any, *, named: Names) -> None:
        self.named = named
        self.rows = list(
            AutomaticRule.objects.current().select_related(
                "site", "operator", "department", "field"
            )
        )
        self.rules = {row.pk: rule_of(row) for row in self.rows}
        self.asked = {
            (key_of(one), one.fact, one.of)
            for rule in self.rules.values()
            if rule is not None
            for one in rule.conditions
            if one.of
        }
        first = {"at": timezone.localtime(), "visits": 1, "conversations": 0, "language": "ru"}
        super().__init__(data, initial={"time_on_page": 0, "time_on_site": 0} | first)

    def fields_of_now(self) -> dict[str, forms.Field]:
        sites = dict(Site.objects.order_by("name", "pk").values_list("pk", "name"))
        found: dict[str, forms.Field] = {
            "site": forms.TypedChoiceField(label=_("Сайт"), choices=sites.items(), coerce=int)
        }
        found |= {
            key: LineField(label=label, required=False, max_length=2000)
            for key, label in _TEXTS.items()
        }
        found |= {
            key: forms.IntegerField(
                label=label, required=False, min_value=0, max_value=MOST_SECONDS
            )
            for key, label in _NUMBERS.items()
        }
        return found | {self.name_of(key): self._other(*rest) for key, *rest in sorted(self.asked)}

    @staticmethod
    def name_of(key: str) -> str:
        return f"about_{key.replace(':', '_')}"

    def _other(self, fact: str, of: str) -> forms.Field:
        """Of a field or a department that some rule asks about."""
        told = FACTS[fact]
        label = f"{told.title} «{self.named.of(told.about, of)}»"
        if told.kind == Kind.FLAG:
            return forms.BooleanField(label=label, required=False)
        if told.kind == Kind.COUNT:
            return forms.IntegerField(label=label, required=False, min_value=0, max_value=9999)
        return LineField(label=label, required=False, max_length=500)

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [one for one in self.visible_fields() if not _is_box(one)]

    @property
    def boxes(self) -> list[forms.BoundField]:
        return [one for one in self.visible_fields() if _is_box(one)]

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"]
        if typed and parse_address(typed) is None:
            raise ValidationError(gettext("Это не IP-адрес: напишите, например, 203.0.113.7."))
        return typed

    def verdicts(self) -> list[Verdict]:
        """Of all rules in order."""
        site = Site.objects.prefetch_related("hours", "exceptional_days").get(
            pk=self.cleaned_data["site"]
        )
        facts = self._facts(site)
        for_site = [
            rule
            for row in self.rows
            if row.is_on and row.site_id in (None, site.pk) and (rule := self.rules[row.pk])
        ]
        at_once = [_without_delay(rule) for rule in for_site]
        found = RulesOfSite(tuple(at_once))
        fires = {one.key for one in decide(found, facts, (), {}, now=0, is_final=True).fires}
        verdicts, stopped = [], ""
        for row in self.rows:
            verdict = self._verdict(row, site, facts, is_fired=row.pk in fires, stopped=stopped)
            verdicts.append(verdict)
            if verdict.code == "fires" and row.stops:
                stopped = row.title
        return verdicts

    def _verdict(
        self,
        row: AutomaticRule,
        site: Site,
        facts: Mapping[str, object],
        *,
        is_fired: bool,
        stopped: str,
    ) -> Verdict:
        rule, deeds = self.rules[row.pk], told_deeds(row)
        if rule is None:
            return Verdict(row, "off", gettext("Условия не читаются"), [], deeds)
        if not row.is_on:
            return Verdict(row, "off", gettext("Выключено"), [], deeds)
        if row.site_id not in (None, site.pk):
            return Verdict(row, "off", gettext("Для другого сайта"), [], deeds)
        if is_fired:
            words = gettext("Сработает")
            if row.delay:
                words = gettext("Сработает через %s с") % row.delay
            return Verdict(row, "fires", words, [], deeds)
        if stopped:
            words = gettext("Не проверяется: выше остановилось «%s»") % stopped
            return Verdict(row, "off", words, [], deeds)
        why = [told_test(part, self.named) for part in rule.tests.failing(facts)]
        return Verdict(row, "fails", gettext("Не сработает"), why, deeds)

    def _facts(self, site: Site) -> dict[str, object]:
        data = self.cleaned_data
        zone = ZoneInfo(site.time_zone)
        typed: datetime | None = data["at"]
        there = typed.replace(tzinfo=zone) if typed else timezone.now().astimezone(zone)
        facts: dict[str, object] = {key: folded(data[key]) for key in _TEXTS}
        facts |= {key: data[key] or 0 for key in _NUMBERS}
        facts |= {
            "page": spellings(data["page"]),
            "source": spellings(data["source"]),
            "network": data["address"] or None,
            "first_visit": (data["visits"] or 0) <= 1,
            "hours": there.hour * 60 + there.minute,
            "weekday": there.weekday(),
            "site_open": is_site_open(site, there),
        }
        for key, fact, _of in self.asked:
            value = data[self.name_of(key)]
            is_text = FACTS[fact].kind == Kind.TEXT
            facts[key] = folded(value) if is_text else 0 if value is None else value
        return facts


def _without_delay(rule: Rule) -> Rule:
    """How long its conditions hold nobody can type: here they hold long enough."""
    return Rule(rule.key, rule.site, rule.tests, rule.conditions, stops=rule.stops)


def _is_box(bound: forms.BoundField) -> bool:
    return isinstance(bound.field, forms.BooleanField)
