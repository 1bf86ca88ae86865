"""What a value is counted in, and how it is written: never a figure without its unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.translation import gettext_lazy as _

# Between thousands, and between a figure and its unit: narrow, and no line breaks there.
THIN = "\u202f"
MINUTE, HOUR = 60, 3600
NICE = (1, 2, 2.5, 5, 10)
# Seconds between two lines of a scale.
NICE_TIMES = (
    *(1, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR),
)


@dataclass(frozen=True)
class Unit:
    """`words` writes a value with its unit, `short` for a scale that names the unit itself."""

    title: str
    words: Callable[[float], str]
    short: Callable[[float], str]
    is_time: bool = False
    is_whole: bool = False
    # A scale that always ends there, as shares do at 100 %.
    most: float | None = None


def number(value: float, digits: int = 0) -> str:
    """As Russian writes it: a comma, a real minus, narrow spaces between thousands."""
    written = f"{abs(value):,.{digits}f}".replace(",", THIN).replace(".", ",")
    is_negative = value < 0 and any(digit in written for digit in "123456789")
    return f"−{written}" if is_negative else written


def counted(one: str, few: str, many: str) -> Unit:
    """Of things: «1 обращение», «2 обращения», «5 обращений»."""

    def words(value: float) -> str:
        return f"{number(value)} {form_of(value, one, few, many)}"

    return Unit(many, words, number, is_whole=True)


def averaged(many: str) -> Unit:
    """Of things, on average: there are parts of them."""
    return Unit(many, lambda value: f"{number(value, 1)} {many}", lambda value: number(value, 1))


def form_of(value: float, one: str, few: str, many: str) -> str:
    """The form of a word that stands behind a number in Russian."""
    if value != int(value):
        return few
    count = abs(int(value))
    if count % 10 == 1 and count % 100 != 11:
        return one
    return few if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else many


def clock(seconds: float) -> str:
    """«0:34», «11:26», «1:02:05»."""
    rest = round(seconds)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clock_words(seconds: float) -> str:
    unit = _("ч:мин:с") if round(seconds) >= HOUR else _("мин:с")
    return f"{clock(seconds)} {unit}"


def hours(seconds: float) -> str:
    """Whole ones from a hundred on: «6,7 ч», «112 ч»."""
    value = seconds / HOUR
    return f"{number(value, 1 if 0 < value < 99.95 else 0)}{THIN}{_('ч')}"


def percent(value: float) -> str:
    """Of a share from 0 to 100; what is little is not nothing."""
    is_small = 0 < abs(value) < 9.95
    return f"{number(value, 1 if is_small else 0)}{THIN}%"


CONVERSATIONS = counted("обращение", "обращения", "обращений")
CHATS = counted("чат", "чата", "чатов")
MESSAGES = counted("сообщение", "сообщения", "сообщений")
MINUTES = counted("минута", "минуты", "минут")
SCORES = counted("оценка", "оценки", "оценок")
PEOPLE = counted("оператор", "оператора", "операторов")
DURATION = Unit(str(_("мин:с")), clock_words, clock, is_time=True)
PRESENCE = Unit(str(_("часов")), hours, lambda seconds: number(seconds / HOUR), is_time=True)
PERCENT = Unit("%", percent, number, most=100)
SCORE = Unit(
    str(_("балл")), lambda value: f"{number(value, 2)} {_('балла')}", lambda value: number(value, 1)
)


def scale_of(unit: Unit, values: Sequence[float | None], lines: int = 4) -> list[float]:
    """Where its lines are, from zero up: always as many, at figures that one can read."""
    known = [value for value in values if value is not None]
    most = max([*known, 0.0])
    if unit.most is not None and most <= unit.most:
        return [unit.most * line / lines for line in range(lines + 1)]
    step = _step(unit, most / lines)
    return [step * line for line in range(lines + 1)]


def _step(unit: Unit, least: float) -> float:
    if unit.is_time:
        found = next((step for step in NICE_TIMES if step >= least), None)
        return float(found if found is not None else ceil(least / (24 * HOUR)) * 24 * HOUR)
    if unit.is_whole and least <= 1:
        return 1.0
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    nice = [step for step in NICE if not unit.is_whole or step * power == int(step * power)]
    return next(step * power for step in nice if step * power >= least * (1 - 1e-9))
