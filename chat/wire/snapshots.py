"""A request for facts of the system, as each side sees it. What was told both read alike: whoever
told it sees what they told.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import SnapshotRequest, SnapshotState
from chat.snapshots import FACTS
from chat.wire.faces import STAFF

# Of those who are asked no more, a visitor is shown nothing (chat.wire.cards).
_STATES: dict[str, dict[str, Any]] = {
    STAFF: {
        SnapshotState.OPEN: gettext_lazy("Сведения о системе запрошены, посетитель ещё не ответил"),
        SnapshotState.GIVEN: gettext_lazy("Посетитель сообщил сведения о системе"),
        SnapshotState.DECLINED: gettext_lazy("Посетитель не стал сообщать сведения о системе"),
        SnapshotState.WITHDRAWN: gettext_lazy("Запрос сведений о системе заменён новым"),
        SnapshotState.UNANSWERED: gettext_lazy(
            "Посетитель не ответил на запрос сведений о системе"
        ),
    },
    "": {
        SnapshotState.OPEN: gettext_lazy("Можно отправить сведения о вашей системе?"),
        SnapshotState.GIVEN: gettext_lazy("Вы отправили сведения о системе"),
        SnapshotState.DECLINED: gettext_lazy("Вы не стали отправлять сведения о системе"),
    },
}


def snapshot_card(request: SnapshotRequest, face: str) -> dict[str, Any]:
    is_staff = face == STAFF
    return {
        "template": "shared/_snapshot_line.html" if is_staff else "shared/_snapshot.html",
        "state": request.state,
        "words": _state(request, face),
        "facts": [
            (name, str(words), request.facts.get(name, ""))
            for name, (words, _most) in FACTS.items()
        ],
        "errors": request.facts.get("errors", []),
    }


def snapshot_words(request: SnapshotRequest, face: str) -> str:
    """For whoever reads text; empty for what is not shown."""
    told = [
        f"{words}: {request.facts[name]}"
        for name, (words, _most) in FACTS.items()
        if name in request.facts
    ]
    if errors := request.facts.get("errors"):
        told.append(_("Ошибки окна: %s") % len(errors))
    return ". ".join(filter(None, [_state(request, face), "; ".join(told)]))


def _state(request: SnapshotRequest, face: str) -> str:
    return str(_STATES[STAFF if face == STAFF else ""].get(request.state, ""))
