"""How people come to the site: the visits in which they ask, those in which they do not, and what
staff noted of them.
"""

import random
from collections.abc import Sequence

from chat.models import ExtraField, FieldValue, PageView, Visit
from sphaera_support.demo_crowd import texts
from sphaera_support.demo_crowd.people import DAY, HOUR, MINUTE, Asker, Person
from sphaera_support.demo_crowd.tables import NULL, Tables, when

GRACE = int(Visit.GRACE.total_seconds())
# How often somebody looked in without asking since they asked last; what staff note.
LOOKS_IN, HAS_VERSION, HAS_QUESTION = 0.6, 0.4, 0.55


def come(tables: Tables, asker: Asker, began: float, ended: float, dice: random.Random) -> None:
    """With the window open from `began` to `ended`, on a few pages, one after the other."""
    key, page = tables.key(Visit), dice.choice(texts.PAGES)
    came = when(began)
    tables.add(
        Visit,
        [
            *(key, f"{dice.getrandbits(128):032x}", asker.key, came, when(ended)),
            *(when(ended + GRACE), asker.address, dice.choice(texts.REFERRERS), asker.browser),
            *(asker.screen, "Europe/Moscow", "ru-RU", page.url, page.title, NULL, "[]"),
        ],
    )
    before = dice.randrange(3)
    for number in range(before):
        looked_at = dice.choice(texts.PAGES)
        at = began + (ended - began) * number / (before + 1)
        _open(tables, key, looked_at, when(at))
    _open(tables, key, page, when(began + (ended - began) * before / (before + 1)))


def _open(tables: Tables, visit: str, page: texts.Page, at: str) -> None:
    tables.add(PageView, [tables.key(PageView), visit, page.url, page.title, at, NULL])


def look_in(tables: Tables, asker: Asker, at: float, dice: random.Random) -> None:
    """Some time between what they asked last, if they did, and `at`."""
    if 0 < asker.free_at < at - DAY and dice.random() < LOOKS_IN:
        began = dice.uniform(asker.free_at, at - 12 * HOUR)
        come(tables, asker, began, began + dice.uniform(1, 25) * MINUTE, dice)


def note_fields(
    tables: Tables,
    fields: Sequence[ExtraField],
    asker: Asker,
    conversation: str,
    by: Person,
    at: str,
    dice: random.Random,
) -> None:
    """As staff fill them while they talk: of the visitor once, of the conversation each time."""
    for field in fields:
        is_theirs = field.about == ExtraField.About.VISITOR
        if is_theirs and (asker.is_noted or dice.random() > HAS_VERSION):
            continue
        if not is_theirs and dice.random() > HAS_QUESTION:
            continue
        asker.is_noted = asker.is_noted or is_theirs
        whose = NULL if is_theirs else conversation
        row = [tables.key(FieldValue), str(field.pk), asker.key, whose]
        tables.add(FieldValue, [*row, dice.choice(field.choices), by.key, by.name, at])
