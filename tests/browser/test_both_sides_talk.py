from playwright.sync_api import expect


def test_what_each_writes_both_read_in_one_order(dialogue):
    visitor, operator = dialogue
    visitor.hears(f"К переписке присоединился оператор {operator.name}")
    operator.says("Какой у вас договор?")
    visitor.hears("Какой у вас договор?")
    visitor.says("Первый")
    operator.hears("Первый")
    assert visitor.texts == operator.texts == ["Не приходит счёт", "Какой у вас договор?", "Первый"]


def test_on_paper_there_is_what_was_said(dialogue):
    visitor, operator = dialogue
    for number in range(12):
        operator.says(f"Подробный ответ номер {number}\nво\nмного\nстрок")
    visitor.hears("номер 11")
    for side in dialogue:
        side.page.emulate_media(media="print")
    expect(visitor.page.locator("iframe")).to_be_hidden()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    for part in (".topbar", ".rail", ".information", ".composer", ".actions"):
        expect(operator.page.locator(part).first).to_be_hidden()
    is_clipped = "log => log.scrollHeight > log.clientHeight + 1"
    assert not operator.page.locator("[role=log]").evaluate(is_clipped)
    visitor.page.emulate_media(media="screen")
    expect(visitor.page.locator("iframe")).to_be_visible()
