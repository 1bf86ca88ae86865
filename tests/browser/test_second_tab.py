from playwright.sync_api import expect

from tests.browser.crew import ILYA, Operator

TAKEN = "Рабочее место открыто в другой вкладке"


def test_a_second_tab_takes_the_place_and_the_first_takes_it_back(dialogue):
    visitor, first = dialogue
    first.field.fill("Начал отвеч")
    second = Operator(first.page.context.new_page(), ILYA)
    second.returns()
    expect(first.place.get_by_text(TAKEN)).to_be_visible()
    expect(second.place.get_by_text(TAKEN)).to_be_hidden()
    second.opens(visitor)
    second.says("Пишу из второй")
    visitor.hears("Пишу из второй")

    first.place.get_by_role("button", name="Продолжить здесь").click()
    expect(second.place.get_by_text(TAKEN)).to_be_visible()
    expect(first.place.get_by_text(TAKEN)).to_be_hidden()
    first.hears("Пишу из второй")
    first.says("Снова из первой")
    visitor.hears("Снова из первой")
    visitor.sees_status("В сети")


def test_the_tab_that_lost_the_place_does_not_fight_for_it(operator):
    second = Operator(operator.page.context.new_page(), ILYA)
    second.returns()
    expect(operator.place.get_by_text(TAKEN)).to_be_visible()
    operator.page.bring_to_front()
    operator.page.wait_for_timeout(3000)
    expect(operator.place.get_by_text(TAKEN)).to_be_visible()
    expect(second.place.get_by_text(TAKEN)).to_be_hidden()
