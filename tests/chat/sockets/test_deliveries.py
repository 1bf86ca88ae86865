"""Which messages arrived is told to who wrote them: together, and of nothing that goes without."""

import asyncio

from chat.sockets import delivered
from chat.sockets.delivered import DeliveredMarks, Handed
from tests.cast import answers


def test_marks_of_a_moment_are_told_together_the_last_of_each(monkeypatch):
    monkeypatch.setattr(delivered, "TOLD_EVERY", 0)

    async def moments() -> list[tuple[str, int]]:
        told: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        gathered = DeliveredMarks()

        def tell(whose: str, seq: int) -> None:
            told.put_nowait((whose, seq))

        for whose, seq in (("a", 1), ("b", 7), ("a", 3), ("a", 2)):
            gathered.note(tell, whose, seq=seq)
        assert told.empty()
        first = [await told.get(), await told.get()]
        gathered.note(tell, "b", seq=8)
        return [*first, await told.get()]

    assert asyncio.run(moments()) == [("a", 3), ("b", 7), ("b", 8)]


def test_an_own_message_is_news_only_after_what_was_not_told():
    handed = Handed()
    assert [handed.is_news(by_them=by_them) for by_them in (False, False, True, False)] == [
        True,  # of a page before it nobody was told
        False,
        True,
        False,
    ]
    handed.is_owed = True
    assert handed.is_news(by_them=False)


def test_who_wrote_is_told_and_who_read_their_own_words_is_not(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    answers(ilya, dialogue, "Добрый день")
    assert zone.expect("delivered")["seq"] == 3
    tab.forget()
    zone.forget()
    tab.ask("message", text="Здравствуйте")
    assert tab.expect("delivered")["seq"] == 4
    zone.ask("message", conversation=dialogue.public_id, text="Слушаю")
    assert zone.expect("delivered")["seq"] == 5
    assert (len(tab.of("delivered")), len(zone.of("delivered"))) == (1, 1)


def test_what_came_with_the_welcome_is_told_of_with_the_next_own_words(
    wires, marina, ilya, dialogue
):
    zone = wires.operator(ilya)
    answers(ilya, dialogue, "Вы здесь?")
    tab = wires.visitor(marina)
    tab.ask("message", text="Здесь")
    assert zone.expect("delivered")["seq"] == 4
