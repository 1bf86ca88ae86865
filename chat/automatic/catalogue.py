"""What conditions may ask about a visitor, and how: the one table of facts and comparisons."""

from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    TEXT = "text"
    SECONDS = "seconds"
    COUNT = "count"
    FLAG = "flag"
    NETWORK = "network"
    HOURS = "hours"
    DAYS = "days"


class About(StrEnum):
    """What else names a fact: which extra field, which department."""

    NOTHING = ""
    FIELD = "field"
    DEPARTMENT = "department"


class Fact(NamedTuple):
    title: Promise
    kind: Kind
    group: Promise
    about: About = About.NOTHING


_PAGE, _WHO, _WHERE, _WHEN = _("Страница"), _("Посетитель"), _("Откуда"), _("Когда")

FACTS: dict[str, Fact] = {
    "page": Fact(_("Адрес страницы"), Kind.TEXT, _PAGE),
    "title": Fact(_("Заголовок страницы"), Kind.TEXT, _PAGE),
    "time_on_page": Fact(_("Время на странице"), Kind.SECONDS, _PAGE),
    "time_on_site": Fact(_("Время на сайте"), Kind.SECONDS, _PAGE),
    "first_visit": Fact(_("Первое посещение"), Kind.FLAG, _WHO),
    "visits": Fact(_("Число посещений"), Kind.COUNT, _WHO),
    "conversations": Fact(_("Число обращений"), Kind.COUNT, _WHO),
    "plan": Fact(_("План поддержки"), Kind.TEXT, _WHO),
    "contract": Fact(_("Номер договора"), Kind.TEXT, _WHO),
    "field": Fact(_("Поле"), Kind.TEXT, _WHO, About.FIELD),
    "country": Fact(_("Страна"), Kind.TEXT, _WHERE),
    "city": Fact(_("Город"), Kind.TEXT, _WHERE),
    "source": Fact(_("Откуда пришёл"), Kind.TEXT, _WHERE),
    "network": Fact(_("IP-адрес"), Kind.NETWORK, _WHERE),
    "language": Fact(_("Язык браузера"), Kind.TEXT, _WHERE),
    "device": Fact(_("Устройство"), Kind.TEXT, _WHERE),
    "hours": Fact(_("Время суток"), Kind.HOURS, _WHEN),
    "weekday": Fact(_("День недели"), Kind.DAYS, _WHEN),
    "site_open": Fact(_("Сайт работает по графику"), Kind.FLAG, _WHEN),
    "department_free": Fact(_("В отделе есть свободный"), Kind.FLAG, _WHEN, About.DEPARTMENT),
    "queue": Fact(_("Ждут в очереди отдела"), Kind.COUNT, _WHEN, About.DEPARTMENT),
}

_WITHIN: dict[str, Promise] = {"within": _("среди"), "outside": _("кроме")}
# {kind: {comparison: its words}}, the usual one first.
COMPARISONS: dict[Kind, dict[str, Promise]] = {
    Kind.TEXT: {
        "contains": _("содержит"),
        "begins": _("начинается с"),
        "is": _("равно"),
        "mask": _("по маске со *"),
        "lacks": _("не содержит"),
        "differs": _("не равно"),
    },
    Kind.SECONDS: {"at_least": _("не меньше"), "at_most": _("не больше")},
    Kind.COUNT: {"at_least": _("не меньше"), "at_most": _("не больше")},
    Kind.FLAG: {"yes": _("да"), "no": _("нет")},
    Kind.NETWORK: _WITHIN,
    Kind.HOURS: _WITHIN,
    Kind.DAYS: _WITHIN,
}
# What has to be read of a visitor, each asked for where a rule depends on it and not before.
READ_LATER = frozenset({"visits", "first_visit", "conversations", "field", "plan", "contract"})
