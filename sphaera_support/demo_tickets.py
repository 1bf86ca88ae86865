"""Of the demo: five tickets of its customers in different states, and an incident of which two of
them come, by the actions themselves.
"""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chat.actions import conversations
from chat.actions.handover import Chosen
from chat.models import Criticality, Ticket, TicketStatus
from chat.tickets.actions import answering, changing, incidents
from chat.tickets.actions.registering import Described, TicketDraft, register_ticket
from chat.tickets.actions.saved_views import save_view
from chat.tickets.finding import ANY, Wanted
from departments.models import Site
from operators.models import Account
from sphaera_support.demo_blocks import STEP, answers, writes
from sphaera_support.demo_history import outcome_of

ANSWER = "Здравствуйте! Регистрирую заявку, ответ будет в кабинете."


class Asked(NamedTuple):
    customer: int
    ago: timedelta
    text: str
    draft: TicketDraft


ASKED = (
    Asked(
        0,
        timedelta(days=12),
        "В конференции нет звука у удалённых. В офисе всё хорошо.",
        TicketDraft(
            "Нет звука у удалённых участников",
            software="СФЕРА.Видео",
            version="4.12",
            criticality=Criticality.HIGH,
        ),
    ),
    Asked(
        0,
        timedelta(days=5),
        "Календарь не показывает переговорные третьего этажа.",
        TicketDraft(
            "Календарь не показывает переговорные", software="СФЕРА.Календарь", version="2.8"
        ),
    ),
    Asked(
        1,
        timedelta(days=2),
        "Нужно ещё 40 лицензий к понедельнику.",
        TicketDraft("Добавить 40 лицензий", criticality=Criticality.LOW),
    ),
    Asked(
        1,
        timedelta(hours=36),
        "Никто не может войти: «сервер каталога не отвечает».",
        TicketDraft(
            "Никто не может войти",
            software="СФЕРА.Вход",
            version="3.0",
            criticality=Criticality.CRITICAL,
        ),
    ),
    Asked(
        0,
        timedelta(hours=20),
        "Переносим архив почты на новый сервер, перенос встал на 40 %.",
        TicketDraft(
            "Перенос архива почты на новый сервер",
            software="СФЕРА.Почта",
            version="7.1",
        ),
    ),
)


def tell_of_tickets(site: Site, customers: list[dict[str, str]], *, at: datetime) -> None:
    """One solved, one that waits for its customer, one in work, one overdue, one handed up."""
    first, second = (Account.objects.get(login=f"operator{level}") for level in (1, 2))
    solved, waits, goes_on, overdue, handed = (
        _register(site, customers[one.customer], first, one, at=at - one.ago) for one in ASKED
    )
    _becomes(first, solved, TicketStatus.WORK, after=10)
    _answers(first, solved, "В версии 4.12 нужен порт 5349 наружу. Откройте его, пожалуйста.")
    _notes(first, solved, "Третий такой случай за неделю, дополнить статью о портах.")
    _becomes(first, solved, TicketStatus.SOLVED, after=30)
    _answers(first, waits, "Пришлите, пожалуйста, снимок настроек переговорной.")
    _becomes(first, waits, TicketStatus.CUSTOMER, after=30)
    to = Chosen("department", second.departments.get().pk)
    changing.assign_ticket(first, handed.number, to, at=handed.created_at + 4 * STEP)
    _notes(first, handed, "Журнал переноса у клиента, попросить полный.")
    _becomes(first, goes_on, TicketStatus.WORK, after=10)
    _declare(site, first, waits, overdue)
    save_view(first, "Критические", Wanted(criticality=Criticality.CRITICAL))
    save_view(first, "Почта, все", Wanted(status=ANY, text="СФЕРА.Почта"))


def _declare(site: Site, by: Account, *tickets: Ticket) -> None:
    """What its window would say is written and not switched on."""
    at = tickets[-1].created_at + 30 * STEP
    draft = incidents.IncidentDraft(
        "Сервер каталога отвечает с перебоями",
        department=tickets[0].department_id,
        sites=[site.pk],
        banner="Вход и поиск переговорных работают с перебоями. Чиним, ответим каждому.",
    )
    incident = incidents.declare_incident(by, draft, client_id=uuid.uuid4(), at=at)
    for ticket in tickets:
        incidents.put_under(by, ticket.number, incident.pk, at=at)
    key, note = uuid.uuid4(), "Похоже на прошлогодний случай с репликацией."
    incidents.note_on_incident(by, incident.pk, note, client_id=key, at=at + STEP)
    text = "Нашли причину: перебои у сервера каталога. Чиним."
    incidents.update_incident(by, incident.pk, text, client_id=uuid.uuid4(), at=at + 2 * STEP)


def _register(
    site: Site, customer: dict[str, str], operator: Account, asked: Asked, *, at: datetime
) -> Ticket:
    """From a conversation of its own that is over, in which it was answered."""
    conversation = writes(site, **customer, text=asked.text, at=at)
    key, asked_in = conversation.public_id, conversation.last_seq
    conversations.accept_conversation(operator, key, at=at + STEP)
    answers(operator, conversation, ANSWER, at=at + STEP)
    draft = replace(asked.draft, contract=customer["contract"])
    said = Described(messages=[asked_in])
    at += 2 * STEP
    ticket = register_ticket(operator, key, draft, said, client_id=uuid.uuid4(), at=at)
    conversations.close_conversation(operator, key, outcome=outcome_of("Заявка"), at=at + STEP)
    return ticket


def _becomes(by: Account, ticket: Ticket, status: TicketStatus, *, after: int) -> None:
    at = ticket.created_at + after * STEP
    changing.change_ticket_status(by, ticket.number, status, at=at)


def _answers(by: Account, ticket: Ticket, text: str) -> None:
    at, key = ticket.created_at + 20 * STEP, uuid.uuid4()
    answering.answer_ticket(by, ticket.number, text, client_id=key, at=at)


def _notes(by: Account, ticket: Ticket, text: str) -> None:
    at, key = ticket.created_at + 25 * STEP, uuid.uuid4()
    answering.note_on_ticket(by, ticket.number, text, client_id=key, at=at)
