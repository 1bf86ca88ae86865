"""People of whom everything is hostile, in an installation that runs: run by its shell."""

from uuid import uuid4

from django.utils import timezone

from chat import identity
from chat.actions.comments import Subject, add_comment, save_remark
from chat.actions.conversations import accept_conversation
from chat.actions.messages import post_operator_message, post_visitor_message
from chat.actions.visitors import Device, begin_visit, open_pages, recognise_visitor
from chat.models import Conversation, Visitor
from chat.sockets.frames import MAX_TEXT, Fact, Page
from chat.text import clean_line
from departments.models import Department, Site
from operators.models import Account
from tests.cast import signed
from tests.hostile import HOSTILE

ADDRESS = "192.0.2.7"  # of a network whose names in the files of places are markup, too


def written(bad: str) -> str:
    """As much of it as a person may write."""
    return clean_line(bad, MAX_TEXT) or "—"


def arrive(login: str = "operator1") -> list[str]:
    """One visitor for each value, accepted by that operator; ids of the conversations."""
    operator, site = Account.objects.get(login=login), Site.objects.get(key="demo")
    return [_arrive(operator, site, bad) for bad in HOSTILE.values()]


def _arrive(operator: Account, site: Site, bad: str) -> str:
    at, told = timezone.now(), bad[:140].replace("\ud800", "").replace("\udc00", "")
    claims = {"name": told, "contract": told, "plan": told, "email": told, told: told}
    said = identity.verify(site, signed(site, **claims, sub=str(uuid4())), at=at)
    visitor = recognise_visitor(site, said)
    device = Device(ADDRESS, bad, screen=bad, time_zone=bad, language=bad)
    page = Page(url=Fact(bad), title=Fact(bad), referrer=Fact(bad))
    visit = begin_visit(visitor, None, page, device, at=at)
    open_pages({visit.pk: Page(url=Fact(f"https://a.ru/{bad}"), title=Fact(bad))}, at=at)
    _message, conversation = post_visitor_message(
        visitor.pk, client_id=uuid4(), text=written(bad), files=[], consent=1, at=at
    )
    key = conversation.public_id
    accept_conversation(operator, key, at=at)
    answer(operator, key, bad)
    save_remark(operator, key, written(bad)[: Visitor.MAX_REMARK], shown="", at=at)
    for subject in (Subject.VISITOR, Subject.NETWORK):
        add_comment(operator, key, subject, written(bad), at=at)
    return key


def answer(operator: Account, key: str, bad: str, *, note: bool = False) -> None:
    post_operator_message(
        operator, key, client_id=uuid4(), text=written(bad), files=[], note=note, at=timezone.now()
    )


def rename_everybody(bad: str) -> None:
    """Names that staff have among themselves and for visitors."""
    Account.objects.filter(login="operator1").update(
        name=clean_line(bad, 150), shown_name=clean_line(bad, 100)
    )
    Account.objects.filter(login="operator2").update(name=clean_line(bad, 150))
    Department.objects.filter(level=1).update(name=clean_line(bad, 100))


def write_to(name: str, login: str = "operator1") -> None:
    """Everything there is, as answers to the visitor of that name."""
    operator = Account.objects.get(login=login)
    key = Conversation.objects.get(visitor__name=name).public_id
    accept_conversation(operator, key, at=timezone.now())
    for bad in HOSTILE.values():
        answer(operator, key, bad)
