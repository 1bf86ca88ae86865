import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import drop

pytestmark = pytest.mark.front

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_a_file_arrives_and_downloads_as_it_was(dialogue, tmp_path, side):
    writer, reader = dialogue if side == "visitor" else dialogue[::-1]
    path = tmp_path / "счёт за март.txt"
    path.write_text("Итого: 100")
    writer.picks(path)
    expect(writer.place.get_by_role("button", name="Убрать файл счёт за март.txt")).to_be_visible()
    writer.says("Вот он")

    link = reader.log.get_by_role("link", name="счёт за март.txt")
    with (
        reader.page.context.expect_event("page") as popup,
        reader.page.expect_download() as download,
    ):
        link.click()
    assert popup.value
    assert download.value.suggested_filename == "счёт за март.txt"
    assert download.value.path().read_text() == "Итого: 100"


def test_a_picture_is_shown(dialogue, tmp_path):
    visitor, operator = dialogue
    path = tmp_path / "экран.png"
    visitor.page.screenshot(path=path)
    visitor.picks(path)
    visitor.place.get_by_role("button", name="Отправить", exact=True).click()
    picture = operator.log.locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


BAD_FILES = {
    "setup.exe": (b"MZ" + b"\0" * 200, "Файлы .exe не принимаются: это программа."),
    "script.js": (b"alert(1)", "Файлы .js не принимаются: это программа."),
    "снимок.png": (b"MZ" + b"\0" * 200, "Принимаются картинки, документы, архивы"),
    "пустой.txt": (b"", "Файл пустой."),
}


def test_a_file_that_is_not_taken_says_why_and_keeps_the_rest(visitor, tmp_path, watch):
    watch.allow("415", "400")
    good = tmp_path / "журнал.log"
    good.write_text("ошибка 5")
    for name, (content, _reason) in BAD_FILES.items():
        (tmp_path / name).write_bytes(content)
    visitor.field.fill("Смотрите")
    visitor.picks(good, *(tmp_path / name for name in BAD_FILES))
    for name, (_content, reason) in BAD_FILES.items():
        row = visitor.place.locator("[data-file]").filter(has_text=name)
        expect(row).to_contain_text(reason)

    visitor.field.press("Enter")
    expect(visitor.log.get_by_role("link", name="журнал.log")).to_be_visible()
    expect(visitor.log.locator("a.attachment")).to_have_count(1)
    expect(visitor.place.locator("[data-file]")).to_have_count(len(BAD_FILES))


def test_a_file_too_large_is_refused_with_the_limit(dialogue, tmp_path):
    path = tmp_path / "видео.mp4"
    for writer, limit in zip(dialogue, (20, 100), strict=True):
        with path.open("wb") as file:
            file.truncate(limit * MEGABYTE + 1)
        writer.field.fill("Запись")
        writer.picks(path)
        expect(writer.place.get_by_text(f"Больше {limit} МБ")).to_be_visible()
        expect(writer.field).to_have_value("Запись")


SWEEP = "from chat.models import Attachment; Attachment.objects.filter(name='{}').delete()"


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_a_file_that_was_swept_is_named_and_the_rest_is_sent(dialogue, support, tmp_path, side):
    writer, reader = dialogue if side == "visitor" else dialogue[::-1]
    name = f"старый-{side}.txt"
    (tmp_path / name).write_text("давно")
    writer.picks(tmp_path / name)
    support.manage("shell", "-c", SWEEP.format(name))
    writer.field.fill("Смотрите")
    writer.field.press("Enter")
    expect(writer.place.locator("[data-problem]")).to_contain_text(f"больше нет: «{name}»")
    expect(writer.field).to_have_value("Смотрите")
    writer.place.get_by_role("button", name=f"Убрать файл {name}").click()
    writer.field.press("Enter")
    reader.hears("Смотрите")


def test_eleven_files_are_told_before_sending(visitor, tmp_path):
    paths = [tmp_path / f"{number}.txt" for number in range(11)]
    for path in paths:
        path.write_text("1")
    visitor.picks(*paths)
    expect(visitor.place.get_by_text("Не больше 10 файлов в одном сообщении")).to_be_visible()
    visitor.field.press("Enter")
    expect(visitor.log.locator("a.attachment")).to_have_count(10)
    visitor.place.get_by_role("button", name="Повторить").click()
    expect(visitor.place.get_by_role("button", name="Повторить")).to_be_hidden()


def test_a_link_older_than_its_signature_is_renewed(dialogue, tmp_path, watch):
    watch.allow("404")
    visitor, operator = dialogue
    operator.page.screenshot(path=tmp_path / "экран.png")
    operator.picks(tmp_path / "экран.png")
    operator.says("Вот")
    link = visitor.log.get_by_role("link", name="экран.png")
    picture = link.locator("img")
    expect(picture).to_be_visible()
    link.evaluate("(link) => (link.href = link.href.replace(/s=.*/, 's=1:old'))")
    picture.evaluate("(picture) => (picture.src = picture.src.replace(/s=.*/, 's=1:old'))")
    expect(picture).not_to_have_attribute("src", re.compile("1:old"))

    link.evaluate("(link) => (link.href = link.href.replace(/s=.*/, 's=1:old'))")
    link.click()
    with visitor.page.expect_download() as download:
        visitor.place.get_by_role("link", name="Скачать").click()
    assert download.value.suggested_filename == "экран.png"


def test_cells_of_a_spreadsheet_are_pasted_as_text(dialogue):
    for writer in dialogue:
        writer.field.evaluate(
            """(field) => {
              const data = new DataTransfer();
              data.items.add("Итого\\t100", "text/plain");
              data.items.add("<table><tr><td>Итого<td>100</table>", "text/html");
              data.items.add(new File(["png"], "image.png", {type: "image/png"}));
              const paste = new ClipboardEvent("paste", {
                clipboardData: data, bubbles: true, cancelable: true,
              });
              field.dataset.isLeft = field.dispatchEvent(paste);
            }"""
        )
        expect(writer.field).to_have_attribute("data-is-left", "true")
        expect(writer.place.locator("[data-file]")).to_have_count(0)


def test_a_file_dropped_on_the_lists_goes_to_the_open_conversation(dialogue, tmp_path):
    _visitor, operator = dialogue
    (tmp_path / "журнал.txt").write_text("ошибка")
    drop(operator.page, tmp_path / "журнал.txt", operator.visitors)
    expect(operator.place.get_by_role("button", name="Убрать файл журнал.txt")).to_be_visible()


def test_a_file_dropped_where_nothing_is_open_is_refused_with_words(operator, tmp_path):
    operator.returns()
    (tmp_path / "журнал.txt").write_text("ошибка")
    drop(operator.page, tmp_path / "журнал.txt", operator.visitors)
    expect(
        operator.page.get_by_text("Откройте переписку, к которой приложить файл")
    ).to_be_visible()
