import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("own_server")

LOST = "Восстанавливаем связь…"
SLOW = 45_000  # the last wait of the back-off, and a server that starts on a busy machine


@pytest.fixture(autouse=True)
def _running_again(support):
    yield
    if support.process.poll() is not None:
        support.start()


@pytest.mark.parametrize("ending", ["kill", "stop"])
def test_what_was_written_without_a_server_arrives_once_and_in_order(
    dialogue, support, watch, ending
):
    watch.allow("WebSocket connection", "ERR_CONNECTION_REFUSED")
    visitor, operator = dialogue
    operator.says("Секунду, проверяю")
    visitor.hears("Секунду, проверяю")
    expect(operator.pending).to_have_count(0)
    getattr(support, ending)()
    expect(visitor.place.get_by_text(LOST)).to_be_visible()
    operator.is_cut_off()
    for deed in ("Передать", "Пригласить", "Закрыть обращение"):
        button = operator.place.get_by_role("button", name=deed, exact=True)
        expect(button).to_be_disabled()
        button.click(force=True)
        expect(operator.place.get_by_role("dialog")).to_have_count(0)
    expect(operator.page.get_by_text("Попробуйте, когда она вернётся").first).to_be_visible()
    told = operator.place.get_by_role("status").filter(has_text="Связь потеряна.")
    assert "следующая через" not in told.aria_snapshot()  # seconds that run are not read out

    for number in (1, 2, 3):
        visitor.says(f"Вопрос {number}")
        operator.says(f"Ответ {number}")
    expect(visitor.pending).to_have_count(3)
    expect(operator.pending).to_have_count(3)
    expect(visitor.place.get_by_text("3 сообщения ждут связи")).to_be_visible()

    support.start()
    for side in dialogue:
        expect(side.pending).to_have_count(0, timeout=SLOW)
        for number in (1, 2, 3):
            expect(side.bubble(f"Вопрос {number}")).to_have_count(1, timeout=SLOW)
            expect(side.bubble(f"Ответ {number}")).to_have_count(1, timeout=SLOW)
    expect(visitor.place.get_by_text(LOST)).to_be_hidden()
    operator.is_linked()
    expect(operator.place.get_by_role("button", name="Передать", exact=True)).to_be_enabled()

    assert visitor.texts == operator.texts
    assert [text for text in visitor.texts if text.startswith("В")] == [
        f"Вопрос {n}" for n in (1, 2, 3)
    ]
    assert [text for text in visitor.texts if text.startswith("О")] == [
        f"Ответ {n}" for n in (1, 2, 3)
    ]
    told = visitor.texts
    visitor.returns()
    operator.page.reload()
    operator.has_open(visitor)
    assert visitor.texts == operator.texts == told


def test_a_stalled_server_is_noticed_and_the_talk_goes_on_when_it_wakes(dialogue, support):
    visitor, operator = dialogue
    support.pause()
    visitor.says("Слышно?")
    expect(visitor.pending).to_have_count(1)
    expect(visitor.place.get_by_text(LOST)).to_be_visible(timeout=SLOW)
    support.resume()
    expect(visitor.pending).to_have_count(0, timeout=SLOW)
    expect(operator.bubble("Слышно?")).to_have_count(1, timeout=SLOW)
