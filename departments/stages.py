"""The stage of service: one setting, from which the norm of operators, the levels of support and
the longest term of the history follow.
"""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

PER_OPERATOR = 100  # active customers


class Stage(models.TextChoices):
    INITIAL = "initial", _("Начальный")
    MIDDLE = "middle", _("Средний")
    HIGH = "high", _("Высокий")

    @property
    def levels(self) -> int:
        return 3 if self == Stage.HIGH else 1

    @property
    def term(self) -> timedelta:
        """For how long the history is kept after a conversation was closed."""
        return timedelta(days=14 if self == Stage.INITIAL else 3 * 365)


# The stages at which departments of the first level alone take part.
ONE_LEVEL = frozenset(stage for stage in Stage if stage.levels == 1)


def operators_needed(customers: int) -> int:
    """One, and one more for every full hundred."""
    return 1 + customers // PER_OPERATOR
