"""What the panel «Информация о посетителе» shows."""

from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

from chat import access
from chat.actions.comments import Subject, subjects_of
from chat.models import Conversation, Criticality, Visit, Visitor
from chat.wire.moments import FULL, moment


def information(conversation: Conversation, *, at: datetime) -> dict[str, Any]:
    visitor = conversation.visitor
    visit = visitor.last_visit
    identification = [
        (_("ФИО"), visitor.name),
        (_("Договор"), visitor.contract),
        (_("План"), visitor.plan),
        (_("Критичность"), _chosen_criticality(conversation)),
    ]
    address = visit.address if visit else None
    return {
        "visitor": visitor.pk,
        "remark": remark(visitor),
        "subjects": subjects(address),
        "comments": access.comments_about(visitor, address).count(),
        "name": visitor.name,
        "contract": visitor.contract,
        "plan": visitor.plan,
        "page_title": visit.page_title if visit else "",
        "page_url": _readable(visit.page_url) if visit else "",
        "is_online": visit is not None and visit.present_until > at,
        "identification": identification,
        "identified": sum(bool(value) for _label, value in identification),
        "facts": [
            *_email_of(visitor),
            (_("Первое посещение"), moment(visitor.first_seen_at, FULL)),
            (_("Пришёл с"), _readable(visit.referrer if visit else "") or _("Прямой переход")),
            (_("Посещений / чатов"), _visits_and_chats(conversation)),
            *visitor.claims.items(),
        ],
        "system": _system(visit),
    }


def _email_of(visitor: Visitor) -> list[tuple[str, str]]:
    if visitor.email:
        return [(_("Эл. почта"), visitor.email)]
    return [(_("Эл. почта, со слов"), visitor.given_email)] if visitor.given_email else []


def _chosen_criticality(conversation: Conversation) -> str:
    """What every conversation begins with, nobody has chosen."""
    is_chosen = conversation.criticality != Criticality.NORMAL
    return conversation.get_criticality_display().capitalize() if is_chosen else ""


def _readable(url: str) -> str:
    """An address as people write it: «/личный-кабинет/», not «/%D0%BB…»."""
    return unquote(url)


def _visits_and_chats(conversation: Conversation) -> str:
    visitor = conversation.visitor
    return f"{visitor.visits.count()} / {visitor.conversations.count()}"


def _system(visit: Visit | None) -> list[tuple[str, str]]:
    if visit is None:
        return []
    told = [
        (_("IP-адрес"), visit.address or ""),
        (_("Язык"), visit.language),
        (_("Экран"), visit.screen.replace("x", " × ")),
        (_("Часовой пояс"), visit.time_zone),
    ]
    return [(label, value) for label, value in told if value]


def remark(visitor: Visitor, *, typed: str | None = None) -> dict[str, Any]:
    """What _remark.html shows: what is saved, unless something else is typed."""
    return {
        "text": visitor.remark if typed is None else typed,
        "saved": visitor.remark,
        "by": visitor.remark_by_name,
        "at": visitor.remark_at,
        "most": Visitor.MAX_REMARK,
    }


def subjects(address: str | None) -> list[tuple[str, str]]:
    """What one may choose to write a comment about."""
    words = {
        Subject.VISITOR: _("О посетителе"),
        Subject.ADDRESS: _("Об адресе %s"),
        Subject.NETWORK: _("О сети %s"),
    }
    return [
        (subject, words[subject] % shown_network(network) if network else words[subject])
        for subject, network in subjects_of(address).items()
    ]


def shown_network(network: str) -> str:
    """An address without the width of the network that it is alone."""
    return network.removesuffix("/128" if ":" in network else "/32")
