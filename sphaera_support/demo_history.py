"""Of the demo: somebody who asked before, so that the history has something to be searched for."""

from datetime import datetime, timedelta

from chat.actions import conversations
from chat.actions.changes import Doer
from chat.actions.identification import judge, settle_value
from chat.actions.retention import hold
from chat.actions.snapshots import answer_snapshot, ask_for_snapshot
from chat.models import ClosingOutcome, Conversation, Step
from chat.sockets.frames import Fact, SystemFacts
from departments.criticality import Impact, Urgency
from departments.models import Site
from operators.models import Account
from sphaera_support.demo_blocks import STEP, answers, writes

WHO = ("demo-regular", "Смирнова Анна Викторовна")
# How long ago, what it came to, and what she and the operator said in turns.
TALKS = (
    (
        timedelta(days=45),
        "Решено",
        "Не открывается СФЕРА.Видео, код ошибки 0x80070005",
        "Здравствуйте! Эта ошибка о правах доступа: запустите установку от имени администратора.",
        "Помогло, спасибо!",
    ),
    (
        timedelta(days=12),
        "Консультация",
        "После обновления нет звука на вебинарах, порт 5349 открыт",
        "Проверьте, пожалуйста, версию клиента: со звуком разобрались в 4.12.",
        "Обновили до 4.12, звук есть. Счёт за ноябрь пришлёте?",
        "Счета отправляем пятого числа на почту из договора СФ-2026/0418.",
    ),
)

SYSTEM = SystemFacts(
    browser=Fact("Chrome 141"),
    system=Fact("Windows 10 или 11"),
    screen=Fact("1920×1080"),
    timezone=Fact("Europe/Moscow"),
    page=Fact("https://sphaera.example/webinars"),
    errors=[Fact("11:20:43 NotAllowedError: Permission denied (sound.js:31)")],
)


def tell_of_earlier_talks(site: Site, operator: Account, *, at: datetime) -> None:
    for ago, outcome, *said in TALKS:
        now = at - ago
        conversation = writes(site, *WHO, said[0], at=now)
        conversations.accept_conversation(operator, conversation.public_id, at=now + STEP)
        for number, text in enumerate(said[1:], start=2):
            _says(site, operator, conversation, text, number, at=now + number * STEP)
        _identify(operator, conversation, at=now + STEP)
        _tells_of_system(operator, conversation, at=now + STEP)
        ends = now + (len(said) + 2) * STEP
        conversations.close_conversation(
            operator, conversation.public_id, outcome=outcome_of(outcome), at=ends
        )


def hold_the_latest(by: Account, *, at: datetime) -> None:
    """What is not deleted by its term, so that there is one to look at."""
    talk = Conversation.objects.filter(visitor__subject=WHO[0]).order_by("-started_at").first()
    if talk is not None:
        reason = "Спор о счёте: ждём ответа бухгалтерии"
        hold(Doer(by), talk.public_id, reason, until=at + timedelta(days=90), at=at)


def outcome_of(title: str) -> int | None:
    """Its key, while it is in use by that title; else that of the first."""
    offered = ClosingOutcome.objects.current()
    found = offered.filter(title=title).first() or offered.first()
    return found.pk if found else None


def _identify(operator: Account, conversation: Conversation, *, at: datetime) -> None:
    """What they asked about, in their own words, and how much it hindered."""
    key = conversation.public_id
    for step, value in ((Step.SOFTWARE, "СФЕРА.Видео"), (Step.VERSION, "4.11")):
        settle_value(operator, key, step, value, shown="", is_said=True, at=at)
    judge(operator, key, impact=Impact.GROUP, urgency=Urgency.HINDERS, at=at)


def _tells_of_system(operator: Account, conversation: Conversation, *, at: datetime) -> None:
    """Asked for it, she agreed: another word about the software, which nobody has decided yet."""
    seq = ask_for_snapshot(operator, conversation.public_id, at=at).message.visitor_seq or 0
    answer_snapshot(conversation.visitor_id, seq, SYSTEM, conversation.public_id, at=at)


def _says(
    site: Site,
    operator: Account,
    conversation: Conversation,
    text: str,
    number: int,
    *,
    at: datetime,
) -> None:
    if number % 2:
        writes(site, *WHO, text, at=at)
    else:
        answers(operator, conversation, text, at=at)
