"""The contract of a visitor in words, one small line among their data."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.contracts import Found, Held, Source, State
from chat.text import folded

SOURCES = {
    Source.SETTLED: gettext_lazy("указан оператором"),
    Source.SIGNED: gettext_lazy("подписан сайтом"),
    Source.LOGIN: gettext_lazy("по логину"),
    Source.EMAIL: gettext_lazy("по эл. почте"),
}


def contract_line(found: Found) -> dict[str, Any] | None:
    """What _contract.html shows; None where there is nothing to say."""
    if found.is_register_empty:
        return None
    held = found.held
    if held is None:
        return {"plan": "", "remarks": [_unknown(found)]}
    return {
        "plan": held.plan,
        "number": held.number,
        "organisation": held.organisation,
        "source": SOURCES[held.source],
        "state": held.state.value,
        "term": _term(held),
        "has_chat": held.has_chat,
        "remarks": [*_differences(found, held), *map(_other, found.others)],
    }


def _term(held: Held) -> str:
    if held.state == State.AHEAD:
        return _("с %s") % f"{held.begins_on:%d.%m.%Y}"
    if held.ends_on is None:
        return _("бессрочно")
    words = _("истёк %s") if held.state == State.OVER else _("до %s")
    return words % f"{held.ends_on:%d.%m.%Y}"


def _unknown(found: Found) -> str:
    if not found.unknown:
        return _("Договора в реестре нет.")
    if found.unknown_by == Source.SETTLED:
        return _("Договора «%s», который указал оператор, в реестре нет.") % found.unknown
    return _("Договора «%s», который назвал сайт, в реестре нет.") % found.unknown


def _differences(found: Found, held: Held) -> list[str]:
    """Between what the site signed and the register."""
    told = [_unknown(found)] if found.unknown else []
    if found.signed_plan and folded(found.signed_plan) != folded(held.plan):
        told.append(_("Сайт назвал другой план: «%s».") % found.signed_plan)
    return told


def _other(other: Held) -> str:
    words = _("%(source)s — другой договор: %(number)s, план «%(plan)s», %(term)s.")
    told = {"number": other.number, "plan": other.plan, "term": _term(other)}
    return words % {"source": str(SOURCES[other.source]).capitalize(), **told}
