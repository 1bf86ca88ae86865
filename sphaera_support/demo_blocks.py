"""Of the demo: what a blocked visitor and changed messages look like, by the actions themselves."""

import uuid
from datetime import datetime, timedelta

from chat.actions import amendments, blocks, conversations, messages
from chat.actions.blocks import BlockDraft
from chat.actions.changes import Doer
from chat.actions.visitors import recognise_visitor
from chat.identity import sign, verify
from chat.models import Block, Conversation
from departments.models import Site
from operators.models import Account

STEP = timedelta(seconds=40)


def tell_of_blocks(site: Site, operator: Account, *, at: datetime) -> None:
    """One whose term is over, one that lasts; in the first a corrected and a deleted message."""
    begins = at - timedelta(days=3)
    rude = writes(site, "demo-rude", "Громов Кирилл", "Почему так долго?!", at=begins)
    conversations.accept_conversation(operator, rude.public_id, at=begins + STEP)
    hasty = answers(operator, rude, "Сейчас пасмотрю", at=begins + 2 * STEP)
    amendments.correct_message(
        operator, rude.public_id, hasty, "Сейчас посмотрю", at=begins + 3 * STEP
    )
    slip = answers(operator, rude, "Это в другой чат", at=begins + 4 * STEP)
    amendments.retract_message(operator, rude.public_id, slip, at=begins + 5 * STEP)
    writes(site, "demo-rude", "Громов Кирилл", "Да вы все там …", at=begins + 6 * STEP)
    cooled = BlockDraft("Оскорбления", Block.Term.HOUR)
    blocks.block_visitor(Doer(operator), rude.public_id, cooled, at=begins + 7 * STEP)
    spam = writes(site, "demo-spam", "Реклама", "Продвижение сайтов недорого", at=begins + 9 * STEP)
    for_good = BlockDraft("Реклама, третий раз", Block.Term.FOREVER)
    blocks.block_visitor(Doer(operator), spam.public_id, for_good, at=begins + 10 * STEP)


def writes(
    site: Site, subject: str, name: str, text: str, *, at: datetime, **claims: str
) -> Conversation:
    signed = sign(site, subject, name, at=at, **claims)
    visitor = recognise_visitor(site, verify(site, signed, at=at))
    _message, conversation = messages.post_visitor_message(
        visitor.pk, client_id=uuid.uuid4(), text=text, files=[], at=at
    )
    return conversation


def answers(operator: Account, conversation: Conversation, text: str, *, at: datetime) -> int:
    key = conversation.public_id
    message, _conversation = messages.post_operator_message(
        operator, key, client_id=uuid.uuid4(), text=text, files=[], note=False, at=at
    )
    return message.seq
