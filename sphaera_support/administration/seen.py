"""What was seen of a site's window, in words for who installs it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions.sightings import EVERY
from chat.models import Sighting
from departments.models import Site
from departments.origins import is_among, spelled

Outcome = Sighting.Outcome
GOOD, WARN, BAD = "good", "warn", "bad"
# A token comes moments after the frame was opened, and each is noted once in so long.
_SETTLED = EVERY + timedelta(seconds=10)

WORDS: dict[str, tuple[str, Any, Any]] = {
    Outcome.LOADED: (GOOD, gettext_lazy("Окно показано"), ""),
    Outcome.OPENED: (
        WARN,
        gettext_lazy("Токена нет"),
        gettext_lazy("Страница открыла окно, но не назвала посетителя: проверьте data-token."),
    ),
    Outcome.NOT_LISTED: (
        BAD,
        gettext_lazy("Домена нет в списке"),
        gettext_lazy("Окно на этих страницах не показывается."),
    ),
    Outcome.FRAME_SRC: (
        BAD,
        gettext_lazy("Страница не пускает окно"),
        gettext_lazy("Её Content-Security-Policy: добавьте адрес этой системы во frame-src."),
    ),
    Outcome.SIGNATURE: (
        BAD,
        gettext_lazy("Подпись не сошлась"),
        gettext_lazy("Токен подписан другим секретом: сверьте его в «Ключах»."),
    ),
    Outcome.AUDIENCE: (
        BAD,
        gettext_lazy("Чужой aud"),
        gettext_lazy("В токене должен стоять ключ этого сайта: %(key)s."),
    ),
    Outcome.EXPIRED: (
        BAD,
        gettext_lazy("Токен истёк"),
        gettext_lazy(
            "На %(minutes)s мин: страница отдана из кэша или часы её сервера отстают."
            " Нужен data-token-url."
        ),
    ),
    Outcome.AHEAD: (
        BAD,
        gettext_lazy("Часы спешат"),
        gettext_lazy("Часы сервера, который подписал токен, впереди наших на %(minutes)s мин."),
    ),
    Outcome.LASTING: (
        BAD,
        gettext_lazy("Слишком долгий токен"),
        gettext_lazy("Между iat и exp должно быть не больше 10 минут."),
    ),
    Outcome.MALFORMED: (
        BAD,
        gettext_lazy("Токен составлен неверно"),
        gettext_lazy("JWT, HS256; нужны aud, sub, name, iat, exp: время в секундах, sub строкой."),
    ),
}


@dataclass(frozen=True)
class Row:
    sighting: Sighting
    origin: str
    look: str
    title: str
    words: str
    # A refused origin that is not on the list to this day.
    can_add: bool


def rows(site: Site) -> list[Row]:
    """The latest first; one query."""
    found = list(Sighting.objects.filter(site=site))
    allowed = [*settings.PUBLIC_ORIGINS, *site.origins]
    return [_row(one, site, allowed) for one in found if not _was_answered(one, found)]


def _was_answered(one: Sighting, found: list[Sighting]) -> bool:
    """The frame was opened, and then a token came, good or not."""
    return one.outcome == Outcome.OPENED and any(
        other.origin in (one.origin, "")
        and other.outcome not in (Outcome.OPENED, Outcome.NOT_LISTED)
        and other.seen_at > one.seen_at - _SETTLED
        for other in found
    )


def _row(one: Sighting, site: Site, allowed: list[str]) -> Row:
    look, title, words = WORDS[one.outcome]
    can_add = one.outcome == Outcome.NOT_LISTED and not is_among(one.origin, allowed)
    if one.outcome == Outcome.NOT_LISTED and not can_add:
        look, words = WARN, _("Теперь домен в списке: откройте страницу заново.")
    told = str(words) % {"key": site.key, "minutes": one.minutes}
    return Row(one, spelled(one.origin) if one.origin else "", look, str(title), told, can_add)
