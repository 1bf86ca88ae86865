"""The chain over the log of changes: each entry's digest, sealed together with the seal before it.

Whoever changes an entry, takes one out or puts one between others afterwards has to make anew every
seal from there on, and the last seal is another than was noted elsewhere (verify_history shows it).
Entries are sealed a few seconds after they were made (chat.actions.seals): to seal them in their
transaction would make all who note something wait for each other.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef

from operators.models import Change, ChangeSeal

BEGINNING = hashlib.sha256(b"").hexdigest()
# An entry may be so old without a seal: its transaction was long, or the task waited.
SEALED_WITHIN = timedelta(minutes=10)
_TOGETHER = 500


def digest_of(change: Change) -> str:
    """Of all that it tells; of what a search looks into nothing, which only repeats it."""
    told = [
        change.pk,
        change.at.astimezone(UTC).isoformat(timespec="microseconds"),
        change.by_id,
        change.by_name,
        change.address,
        change.kind,
        change.subject,
        change.subject_name,
        change.version,
        change.deed,
        change.before,
        change.after,
    ]
    return _hashed(json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def seal_after(seal: str, change: int, digest: str) -> str:
    return _hashed(f"{seal}.{change}.{digest}")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def find_broken_seals(*, at: datetime) -> Iterator[str]:
    """A line for each thing that is not as it was sealed; none where all is well."""
    number, seal = 0, BEGINNING
    while seals := list(ChangeSeal.objects.filter(number__gt=number)[:_TOGETHER]):
        changes = Change.objects.in_bulk([one.change for one in seals])
        for one in seals:
            if one.number != number + 1:
                yield f"Seals {number + 1} to {one.number - 1} are missing."
            elif one.seal != seal_after(seal, one.change, one.digest):
                yield f"Seal {one.number} does not follow on the one before it."
            if words := _trouble(one, changes.get(one.change)):
                yield words
            number, seal = one.number, one.seal
    sealed = ChangeSeal.objects.filter(change=OuterRef("pk"))
    late = Change.objects.filter(~Exists(sealed), at__lt=at - SEALED_WITHIN)
    for key in late.values_list("pk", flat=True).iterator():
        yield f"Change {key} has no seal."


def _trouble(seal: ChangeSeal, change: Change | None) -> str:
    if seal.forgotten_at is not None:
        return ""
    if change is None:
        return f"Change {seal.change} is missing."
    if digest_of(change) != seal.digest:
        return f"Change {seal.change} is not what it was when it was sealed."
    return ""


def last_seal() -> str:
    """To be kept elsewhere: «1042:9f2b…» says that there were so many, and which."""
    last = ChangeSeal.objects.last()
    return f"{last.number}:{last.seal}" if last else f"0:{BEGINNING}"
