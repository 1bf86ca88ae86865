"""What a window tells of the system that it runs in, once its visitor agrees: as it was shown to
them, cut to what is stored. Pure.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.sockets.frames import SystemFacts
from chat.text import clean_line

# What is asked, in the order in which it is read: its words, and how many characters are kept.
FACTS: Mapping[str, tuple[Any, int]] = {
    "browser": (_("Браузер"), 120),
    "system": (_("Система"), 120),
    "screen": (_("Экран"), 40),
    "timezone": (_("Часовой пояс"), 60),
    "page": (_("Страница"), 2000),
}
LONGEST_ERROR = 500
LONGEST_SOFTWARE = 200


def facts_to_keep(told: SystemFacts) -> dict[str, Any]:
    """{fact: text}, and under `errors` those of the window; what says nothing is left out."""
    facts: dict[str, Any] = {
        name: clean_line(getattr(told, name), most) for name, (_words, most) in FACTS.items()
    }
    errors = [clean_line(error, LONGEST_ERROR) for error in told.errors]
    facts["errors"] = [error for error in errors if error]
    return {name: fact for name, fact in facts.items() if fact}


def software_in(facts: Mapping[str, Any]) -> str:
    """«Firefox 143, Windows 10 или 11», for the identification."""
    named = (facts.get("browser", ""), facts.get("system", ""))
    return ", ".join(filter(None, named))[:LONGEST_SOFTWARE]
