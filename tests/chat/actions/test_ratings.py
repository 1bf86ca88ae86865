"""The visitor is asked how it was, answers or does not; what becomes of it is known to everybody
by the log, and to staff as far as the site lets them.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.actions.conversations import end_conversation
from chat.actions.departure import unanswered
from chat.actions.errors import AlreadyTaken, ConversationClosed, NotFound
from chat.actions.ratings import (
    AskedLately,
    NoSuchRating,
    OffScale,
    RatingOver,
    ask_for_rating,
    rate,
)
from chat.models import Conversation, MessageKind, RatingRequest, RatingState
from departments.models import Scale
from tests.cast import (
    accepts,
    answers,
    closes,
    invites,
    is_present,
    joins,
    takes_over,
    transfers,
    writes,
)

pytestmark = pytest.mark.once

MINUTE = timedelta(minutes=1)


def asks(account, conversation, *, after=timedelta(0)):
    return ask_for_rating(account, conversation.public_id, at=timezone.now() + after)


def rates(visitor, request, score, comment="", *, at=None):
    seq = request.message.visitor_seq or 0
    rate(visitor.pk, seq, score, comment, at=at or timezone.now())
    request.refresh_from_db()
    return request


def states():
    return list(RatingRequest.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def asked(ilya, dialogue):
    return asks(ilya, dialogue)


@pytest.fixture
def closing_asks(site):
    site.rates_at_closing = True
    site.save()


# Asked


def test_it_is_asked_of_the_owner_their_department_and_level(ilya, first_line, asked):
    assert (asked.operator, asked.department, asked.level) == (ilya, first_line, 1)
    assert (asked.asked_by, asked.state, asked.scale) == (ilya, "open", "stars")


def test_a_guest_asks_about_the_owner(ilya, darya, dialogue):
    is_present(darya)
    invites(ilya, dialogue, darya)
    joins(darya, dialogue)
    request = asks(darya, dialogue)
    assert (request.operator, request.asked_by) == (ilya, darya)


def test_who_may_not_answer_may_not_ask(darya, kamila, dialogue):
    with pytest.raises(AlreadyTaken):
        asks(darya, dialogue)
    with pytest.raises(NotFound):
        asks(kamila, dialogue)


def test_nothing_is_asked_in_what_is_closed(ilya, dialogue):
    closes(ilya, dialogue)
    with pytest.raises(ConversationClosed):
        asks(ilya, dialogue)


def test_to_ask_is_no_answer(ilya, marina, dialogue):
    writes(marina, "Так что?")
    asks(ilya, dialogue)
    assert Conversation.objects.get().answered_at is None
    assert list(unanswered()) == [dialogue]


def test_a_second_request_withdraws_the_first(ilya, asked, dialogue):
    asks(ilya, dialogue)
    assert states() == ["withdrawn", "open"]


def test_a_third_within_the_pause_is_refused_with_the_time_left(ilya, asked, dialogue):
    asks(ilya, dialogue, after=2 * MINUTE)
    with pytest.raises(AskedLately) as refused:
        asks(ilya, dialogue, after=3 * MINUTE)
    assert refused.value.detail.endswith("через 7 минут.")
    asks(ilya, dialogue, after=11 * MINUTE)
    assert states() == ["withdrawn", "withdrawn", "open"]


def test_without_a_pause_as_often_as_one_likes(site, ilya, dialogue):
    site.rating_pause = timedelta(0)
    site.save()
    for _time in range(3):
        asks(ilya, dialogue)
    assert len(states()) == 3


@pytest.mark.services
def test_the_database_knows_one_open_request_alone(ilya, asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingRequest.objects.filter(pk=asked.pk).update(state="scored")
    asked.pk, asked.message = None, answers(ilya, asked.conversation, "и")
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


# Answered


def test_a_score_with_a_comment_and_another_one_later(marina, asked):
    rates(marina, asked, 2, "Долго")
    rates(marina, asked, 5, "Но помогли")
    assert (asked.state, asked.score, asked.comment) == ("scored", 5, "Но помогли")


def test_what_was_answered_before_is_kept_in_the_log(marina, asked, dialogue):
    rates(marina, asked, 2, "Долго")
    rates(marina, asked, None)
    first, second = dialogue.messages.filter(kind=MessageKind.AMENDED).order_by("seq")
    assert first.params == {"before": {"state": "open", "score": None, "comment": ""}}
    assert second.params == {"before": {"state": "scored", "score": 2, "comment": "Долго"}}


def test_the_same_again_is_no_change(marina, asked, dialogue):
    rates(marina, asked, 5, "Да")
    rates(marina, asked, 5, "Да")
    assert dialogue.messages.filter(kind=MessageKind.AMENDED).count() == 1


def test_declined_is_no_silence(marina, asked):
    rates(marina, asked, None, "и слова сюда не идут")
    assert (asked.state, asked.score, asked.comment) == ("declined", None, "")


@pytest.mark.parametrize(
    ("scale", "good", "bad"),
    [(Scale.STARS, (1, 5), (0, 6, -1)), (Scale.THUMBS, (0, 1), (2,)), (Scale.TEN, (0, 10), (11,))],
)
def test_a_score_is_of_its_scale(site, ilya, marina, dialogue, scale, good, bad):
    site.rating_scale = scale
    site.save()
    request = asks(ilya, dialogue)
    for score in bad:
        with pytest.raises(OffScale):
            rates(marina, request, score)
    for score in good:
        assert rates(marina, request, score).score == score


def test_the_scale_is_that_of_the_asking(site, marina, asked):
    site.rating_scale = Scale.THUMBS
    site.save()
    assert rates(marina, asked, 5).score == 5


def test_of_what_was_withdrawn_no_score_is_taken(ilya, marina, asked, dialogue):
    asks(ilya, dialogue)
    with pytest.raises(RatingOver):
        rates(marina, asked, 5)


def test_nobody_rates_what_another_was_asked(sergey, rustam, asked):
    for stranger in (sergey, rustam):
        writes(stranger, "Я тоже тут")
        for named in (None, asked.conversation.public_id):
            with pytest.raises(NoSuchRating):
                rate(stranger.pk, asked.message.visitor_seq, 5, "", named, at=timezone.now())
    assert states() == ["open"]


def test_a_message_is_no_request(ilya, marina, dialogue):
    said = answers(ilya, dialogue, "Готово")
    with pytest.raises(NoSuchRating):
        rate(marina.pk, said.visitor_seq or 0, 5, at=timezone.now())


# The end of the conversation


def test_open_at_the_closing_it_is_answered_after_it_and_then_changed_no_more(
    ilya, marina, asked, dialogue
):
    closes(ilya, dialogue)
    rates(marina, asked, 4)
    with pytest.raises(ConversationClosed):
        rates(marina, asked, 5)
    assert RatingRequest.objects.get().score == 4


def test_not_now_is_not_never(ilya, marina, asked, dialogue):
    rates(marina, asked, None)
    closes(ilya, dialogue)
    assert rates(marina, asked, 4).state == "scored"
    with pytest.raises(ConversationClosed):
        rates(marina, asked, None)


def test_who_begins_another_conversation_has_not_answered(site, ilya, marina, asked, dialogue):
    closes(ilya, dialogue, at=timezone.now() - 2 * site.reopen_window)
    writes(marina, "Новый вопрос")
    assert states() == ["unanswered"]
    with pytest.raises(RatingOver):
        rate(marina.pk, asked.message.visitor_seq, 5, "", dialogue.public_id, at=timezone.now())


def test_who_comes_back_into_the_same_one_may_answer_still(ilya, marina, asked, dialogue):
    closes(ilya, dialogue)
    writes(marina, "И ещё")
    assert states() == ["open"]


def test_the_site_asks_at_the_closing(closing_asks, ilya, marina, dialogue):
    closes(ilya, dialogue)
    request = RatingRequest.objects.get()
    assert (request.operator, request.asked_by) == (ilya, None)
    rates(marina, request, 5)
    assert states() == ["scored"]


def test_also_where_the_visitor_ends_it(closing_asks, marina, dialogue):
    end_conversation(marina.pk, at=timezone.now())
    assert states() == ["open"]


def test_who_was_asked_already_is_not_asked_again_at_the_closing(
    closing_asks, ilya, marina, asked, dialogue
):
    rates(marina, asked, None)
    closes(ilya, dialogue)
    assert states() == ["declined"]


def test_nobody_is_rated_whom_nobody_met(closing_asks, ilya, waiting):
    closes(ilya, waiting)
    assert states() == []


def test_unless_the_site_wants_it_nothing_is_asked_at_the_closing(ilya, dialogue):
    closes(ilya, dialogue)
    assert states() == []


def test_a_score_stays_whose_it_was_after_a_transfer(
    closing_asks, ilya, darya, anton, marina, asked, dialogue
):
    is_present(anton)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    rates(marina, asked, 5)
    assert (asked.operator, asked.level) == (ilya, 1)
    closes(anton, dialogue)
    of_anton = RatingRequest.objects.latest("pk")
    assert (of_anton.operator, of_anton.level, of_anton.state) == (anton, 2, RatingState.OPEN)
    assert rates(marina, of_anton, 1).score == 1


def test_the_log_is_without_gaps_on_both_sides(closing_asks, ilya, marina, asked, dialogue):
    rates(marina, asked, 5)
    answers(ilya, dialogue, "тсс", note=True)
    asks(ilya, dialogue)
    closes(ilya, dialogue)
    for numbering in ("seq", "visitor_seq"):
        numbers = dialogue.messages.exclude(**{numbering: None}).order_by(numbering)
        found = list(numbers.values_list(numbering, flat=True))
        assert found == list(range(1, len(found) + 1))
    after = Conversation.objects.get()
    assert after.last_visitor_seq == dialogue.messages.exclude(visitor_seq=None).count()


def test_an_accepted_again_conversation_goes_on(ilya, marina, asked, dialogue):
    rates(marina, asked, 3)
    closes(ilya, dialogue)
    writes(marina, "Всё-таки нет")
    accepts(ilya, dialogue)
    assert rates(marina, asked, 1).score == 1
