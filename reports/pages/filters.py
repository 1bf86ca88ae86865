"""What a report may be narrowed by, as its form offers it, and what it is narrowed by now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chat.models import Closing, ClosingOutcome, ExtraField
from departments.criticality import Criticality
from departments.models import Department, Scale, Site, levels_known
from operators.models import Account
from reports.models import Kind
from reports.selection import NO_SCORE, Selection

Title = str | Promise
Pair = tuple[Any, Title]
# What an address says of a period.
OF_PERIOD = ("period", "from", "to")


@dataclass(frozen=True)
class Choice:
    value: str
    title: Title
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    name: str
    title: str
    choices: list[Choice]

    @property
    def chosen(self) -> str:
        """In words; empty where nothing is chosen."""
        titles = [str(one.title) for one in self.choices if one.is_chosen and one.value]
        return titles[0] if len(titles) == 1 else _("%s выбрано") % len(titles) if titles else ""

    @property
    def is_set(self) -> bool:
        return bool(self.chosen)


def filters_of(selection: Selection) -> list[Filter]:
    levels = levels_known()
    offered = {
        "site": (_("Сайт"), Site.objects.order_by("name").values_list("pk", "name")),
        "department": (_("Отдел"), _departments(selection)),
        "level": (_("Уровень"), [(level, str(level)) for level in levels]),
        "operator": (_("Оператор"), _operators(selection)),
        "criticality": (_("Критичность"), Criticality.choices),
        "outcome": (_("Исход"), _outcomes()),
        "kind": (_("Вид"), Kind.choices),
        "score": (_("Оценка"), _scores()),
    }
    chosen = selection.chosen()
    found = [
        Filter(name, title, _choices(pairs, map(str, chosen[name])))
        for name, (title, pairs) in offered.items()
        if name != "level" or len(levels) > 1
    ]
    return [*found, _ticket(selection)]


def condition_words(selection: Selection) -> list[str]:
    """Of each that is set: «сайт: СФЕРА», «текст: «звук»»."""
    told = []
    for one in filters_of(selection):
        titles = [str(choice.title) for choice in one.choices if choice.is_chosen and choice.value]
        if titles:
            told.append(f"{one.title.lower()}: {', '.join(titles)}")
    for title, value in ((_("план"), selection.plan), (_("поле"), selection.field)):
        if value:
            told.append(f"{title}: {value}")
    if selection.value:
        told.append(_("значение: %s") % selection.value)
    if selection.text:
        told.append(_("текст: «%s»") % selection.text)
    return told


def _choices(pairs: Iterable[Any], chosen: Iterable[str]) -> list[Choice]:
    now = set(chosen)
    return [Choice(str(value), title, str(value) in now) for value, title in pairs]


def _departments(selection: Selection) -> Iterable[Pair]:
    found = Department.objects.order_by("level", "name")
    if selection.within is not None:
        found = found.filter(pk__in=selection.within)
    return found.values_list("pk", "name")


def _operators(selection: Selection) -> Iterable[Pair]:
    found = Account.objects.staff().order_by("name")
    if selection.within is not None:
        found = found.filter(departments__in=selection.within).distinct()
    pairs: Iterable[Pair] = found.values_list("pk", "name")
    return pairs


def _outcomes() -> list[Pair]:
    titles: list[Pair] = list(ClosingOutcome.objects.values_list("pk", "title"))
    ways: list[Pair] = [(way.value, way.label) for way in Closing.Way if way != Closing.Way.STAFF]
    return titles + ways


def _scores() -> list[Pair]:
    used = set(Site.objects.values_list("rating_scale", flat=True))
    found: list[Pair] = [
        (f"{scale.value}-{score}", score_words(scale, score))
        for scale in Scale
        if scale in used
        for score in reversed(scale.scores)
    ]
    return [*found, (NO_SCORE, _("без оценки"))]


def score_words(scale: Scale, score: int) -> str:
    if scale == Scale.THUMBS:
        return _("хорошо") if score else _("плохо")
    return _("%(score)s из %(most)s") % {"score": score, "most": scale.scores[-1]}


def _ticket(selection: Selection) -> Filter:
    pairs = (("", _("любые")), ("yes", _("с заявкой")), ("no", _("без заявки")))
    now = {True: "yes", False: "no", None: ""}[selection.with_ticket]
    return Filter("ticket", _("Заявка"), _choices(pairs, [now]))


def fields_of() -> list[Pair]:
    """Extra fields that may be asked for."""
    return list(ExtraField.objects.order_by("position", "pk").values_list("key", "title"))


def period_of(asked: str) -> str:
    """What of an address says a period, for another page of the same."""
    return urlencode([(name, value) for name, value in parse_qsl(asked) if name in OF_PERIOD])


def without(asked: str, *names: str) -> str:
    """An address without these, to be gone on with; begins with `&` where anything is left."""
    left = [(name, value) for name, value in parse_qsl(asked) if name not in names]
    return f"&{urlencode(left)}" if left else ""
