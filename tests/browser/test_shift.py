"""A shift: three operators of three levels and two visitors, everything that colleagues do."""

import re

from playwright.sync_api import expect


def said(person):
    """Without what only staff or only the system wrote."""
    return [bubble.splitlines()[0] for bubble in person.texts]


def test_a_shift(operator, new_visitor, anton, kamila):
    ilya, marina, sergey = operator, new_visitor(), new_visitor()

    # Two come; the first level sees both in their order, the others see nobody.
    marina.says("Не приходит счёт")
    expect(ilya.row(marina, "Ожидают")).to_be_visible()
    sergey.says("Не открывается отчёт")
    expect(ilya.row(sergey, "Ожидают")).to_be_visible()
    expect(sergey.place.get_by_text("2-е место")).to_be_visible()
    for other in (anton, kamila):
        expect(other.row(marina)).to_have_count(0)
        expect(other.row(sergey)).to_have_count(0)
    ilya.page.keyboard.press("Alt+A")
    ilya.has_open(marina)
    ilya.says("Здравствуйте, смотрю счёт")
    marina.hears("Здравствуйте, смотрю счёт")
    expect(sergey.place.get_by_text("1-е место")).to_be_visible()
    ilya.accepts(sergey)

    # A word among colleagues; no visitor and no third colleague hears of it.
    ilya.opens_chat_with(anton)
    ilya.says("Знаешь шлюз счетов?")
    expect(anton.colleague(ilya).get_by_text(re.compile(r"непрочитанных: \d"))).to_be_visible()
    anton.opens_chat_with(ilya)
    anton.says("Зови")
    ilya.hears("Зови")
    expect(kamila.colleague(ilya).get_by_text("непрочитанных:")).to_be_hidden()

    # Both write to one visitor, then one leaves.
    ilya.opens(marina)
    ilya.invites(anton.name, note="Шлюз счетов")
    anton.row(marina, "Ожидают").get_by_role("button", name="Присоединиться").click()
    anton.has_open(marina)
    anton.may_answer()
    anton.says("Это Антон, шлюз починен")
    expect(marina.bubble("Это Антон, шлюз починен")).to_contain_text(anton.name)
    anton.place.get_by_role("button", name="Выйти из переписки").click()
    marina.hears("Оператор Антон Белый вышел из переписки")
    expect(anton.row(marina)).to_have_count(0)

    # Up a level with a card, declined once, then up again and back with a reason.
    ilya.opens(sergey)
    ilya.hands_over(anton.name, asked="Отчёт", done="Перезагрузка")
    anton.row(sergey, "Ожидают").get_by_role("button", name="Отклонить").click()
    expect(ilya.page.get_by_text("Передача отклонена: Антон Белый").first).to_be_visible()
    expect(anton.row(sergey)).to_have_count(0)
    ilya.hands_over("Поддержка второго уровня", done="Перезагрузка")
    anton.takes_over(sergey)
    expect(ilya.row(sergey)).to_have_count(0)
    anton.says("Здравствуйте, я Антон")
    sergey.hears("Здравствуйте, я Антон")
    anton.hands_over(kamila.name, expected="Права на отчёт")
    kamila.takes_over(sergey)
    kamila.hears("Здравствуйте, я Антон")
    kamila.says("Права выданы")
    sergey.hears("Права выданы")
    kamila.place.get_by_role("button", name="Вернуть", exact=True).click()
    panel = kamila.place.get_by_role("dialog", name="Вернуть обращение")
    panel.get_by_role("textbox", name="Причина возврата").fill("Проверьте у клиента")
    panel.get_by_role("button", name="Вернуть обращение").click()
    anton.takes_over(sergey)
    expect(kamila.row(sergey)).to_have_count(0)

    # Away with a promise, and back in time.
    marina.says("А когда придёт?")
    ilya.opens(marina)
    ilya.hears("А когда придёт?")
    ilya.goes_to("Помощь")
    ilya.question.get_by_role("radio", name=re.compile("^Оставить за мной")).check()
    ilya.question.get_by_role("button", name="Сделать так и открыть «Помощь»").click()
    expect(ilya.page).to_have_url(re.compile("/help/$"))
    marina.hears("Илья Воронцов ответит")
    marina.sees_status("Не в сети")
    ilya.returns()
    marina.sees_status("В сети")
    ilya.opens(marina)
    ilya.says("Завтра утром")
    marina.hears("Завтра утром")

    ilya.closes()
    anton.closes()
    marina.hears("Обращение закрыто")
    sergey.hears("Обращение закрыто")
    assert said(marina) == [
        "Не приходит счёт",
        "Здравствуйте, смотрю счёт",
        "Это Антон, шлюз починен",
        "А когда придёт?",
        "Завтра утром",
    ]
    assert said(sergey) == ["Не открывается отчёт", "Здравствуйте, я Антон", "Права выданы"]
