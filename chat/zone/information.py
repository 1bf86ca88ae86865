"""What the panel «Информация о посетителе» shows."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.translation import gettext as _

from chat import access, identification
from chat.actions.comments import Subject, subjects_of
from chat.agents import agent_of
from chat.filled import Filled, filled
from chat.identification import Identification
from chat.models import Conversation, PageView, Step, Visit, Visitor
from chat.places import Place, place_of
from chat.referrers import origin_of, readable
from chat.wire.moments import FULL, moment
from chat.zone.contract_line import contract_line
from chat.zone.field_rows import field_row
from chat.zone.identification_rows import bar_shown
from chat.zones import zone_named


class Counts(NamedTuple):
    """Of a visitor; `pages` those of the visit that is the last."""

    visits: int = 0
    chats: int = 0
    pages: int = 0


def information(conversation: Conversation, *, at: datetime) -> dict[str, Any]:
    visitor = conversation.visitor
    visit, counts, found = _last_visit(conversation, at=at)
    address = visit.address if visit else None
    rows, comments = _fields_and_comments(conversation, address)
    tags = tags_of(conversation)
    taken = {one.field.key for one in rows if one.signed} | {Step.SOFTWARE, Step.VERSION}
    return {
        "visitor": visitor.pk,
        "remark": remark(visitor),
        "tags": tags,
        "contract_line": contract_line(found.contract),
        "subjects": subjects(address),
        "fields": [field_row(one) for one in rows],
        "comments": comments,
        "pages": counts.pages,
        "page_title": visit.page_title if visit else "",
        "page_url": readable(visit.page_url) if visit else "",
        "is_online": visit is not None and visit.present_until > at,
        "identification": bar_shown(found, may_judge=conversation.closed_at is None),
        "facts": [
            *([(_("Теги"), ", ".join(tags))] if tags else ()),
            *_email_of(visitor),
            *(_where(visit) if visit else ()),
            (_("Первое посещение"), moment(visitor.first_seen_at, FULL)),
            *_came_from(visit),
            (_("Посещений / чатов"), f"{counts.visits} / {counts.chats}"),
            (_("Согласие"), _consent(visitor)),
            *((claim, text) for claim, text in visitor.claims.items() if claim not in taken),
        ],
        "clock": _clock(visit, at) if visit else None,
        "system": _system(visit) if visit else [],
    }


def tags_of(conversation: Conversation) -> list[str]:
    """Most conversations have none, which whoever found it knows."""
    has_some = getattr(conversation, "has_tags", True)
    return list(conversation.tags.values_list("name", flat=True)) if has_some else []


def _last_visit(
    conversation: Conversation, *, at: datetime
) -> tuple[Visit | None, Counts, Identification]:
    """In one statement with what is counted beside it, and what identifies its visitor."""
    visitor = conversation.visitor
    chats = Conversation.objects.filter(visitor=visitor)
    counted = visitor.visits.order_by("-seen_at", "-pk").annotate(
        of_all=_count(Visit.objects.filter(visitor=visitor), "visitor"),
        chats=_count(chats, "visitor"),
        looked_at=_count(PageView.objects.filter(visit=OuterRef("pk")), "visit"),
        **identification.named_for(conversation, at=at),
    )
    visit: Any = counted.first()
    if visit is None:
        found = identification.identification_of(conversation, at=at)
        return None, Counts(chats=chats.count()), found
    found = identification.identification_in(vars(visit), conversation, at=at)
    return visit, Counts(visit.of_all, visit.chats, visit.looked_at), found


def _count(found: QuerySet[Any], by: str) -> Coalesce:
    counted = found.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _fields_and_comments(
    conversation: Conversation, address: str | None
) -> tuple[list[Filled], int]:
    """Counted in the statement that reads the fields, where there are any."""
    comments = access.comments_about(conversation.visitor, address)
    fields: Any = access.fields_about(conversation).annotate(comments=_count(comments, "site"))
    found = list(fields)
    count = found[0].comments if found else comments.count()
    return [filled(one, conversation.visitor) for one in found], count


def _email_of(visitor: Visitor) -> list[tuple[str, str]]:
    if visitor.email:
        return [(_("Эл. почта"), visitor.email)]
    return [(_("Эл. почта, со слов"), visitor.given_email)] if visitor.given_email else []


def _where(visit: Visit) -> list[tuple[str, str]]:
    place = place_of(visit.address)
    unknown = _("Внутренняя сеть") if place.is_inner else _("Не определено")
    owned = f"{place.owner or unknown} / {visit.address}" if visit.address else unknown
    return [(_("IP-адрес"), owned), (_("Город, страна"), _named(place) or unknown)]


def _named(place: Place) -> str:
    return ", ".join(filter(None, (place.city, place.country)))


def _came_from(visit: Visit | None) -> list[tuple[str, str]]:
    page, words = origin_of(visit.referrer if visit else "")
    searched = [(_("Искал(а)"), f"«{words}»")] if words else []
    return [(_("Пришёл с"), page or _("Прямой переход")), *searched]


def _consent(visitor: Visitor) -> str:
    """To which version of the site's notice about personal data, when; and whether there is a
    newer one by now.
    """
    version, at = visitor.consented_version, visitor.consented_at
    if not version or at is None:
        return ""
    given = format_html(_("версия {}, {}"), version, moment(at, FULL))
    now = visitor.site.privacy_version
    return format_html(_("{}; действует версия {}"), given, now) if now > version else given


def _clock(visit: Visit, at: datetime) -> dict[str, str] | None:
    """What time it is where they are, which the page counts on by itself."""
    zone = zone_named(visit.time_zone)
    if zone is None:
        return None
    there = at.astimezone(zone)
    return {"zone": zone.key, "time": f"{there:%H:%M}", "offset": _offset(there)}


def _offset(there: datetime) -> str:
    """«UTC+3», «UTC−3:30»."""
    minutes = int((there.utcoffset() or there - there).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    shown = f"{hours}:{rest:02}" if rest else str(hours)
    return f"UTC{'−' if minutes < 0 else '+'}{shown}"


def _system(visit: Visit) -> list[tuple[str, str]]:
    agent = agent_of(visit.user_agent)
    told = [
        (_("Браузер"), agent.browser),
        (_("Система"), agent.system),
        (_("Устройство"), agent.device),
        (_("Язык"), visit.language),
        (_("Экран"), visit.screen.replace("x", " × ")),
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
