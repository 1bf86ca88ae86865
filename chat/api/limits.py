"""How often a token may ask: counted in the cache that all processes share, by clock minutes."""

import logging
import math
from datetime import datetime

from django.core.cache import cache

from chat.models import ApiToken

logger = logging.getLogger(__name__)

MINUTE = 60  # seconds


def seconds_to_wait(token: ApiToken, *, at: datetime) -> int:
    """0 for none: it is counted, and may go on."""
    seconds = at.timestamp()
    key = f"api-{token.digest[:20]}-{int(seconds // MINUTE)}"
    return 0 if _count(key) <= token.pace else math.ceil(MINUTE - seconds % MINUTE) or 1


def _count(key: str) -> int:
    try:
        cache.add(key, 0, 2 * MINUTE)
        return int(cache.incr(key))
    except Exception:  # as Redis is away: the limit protects, and is no reason to refuse
        logger.exception("Requests of a token cannot be counted")
        return 0
