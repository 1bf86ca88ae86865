import pytest
from playwright.sync_api import expect

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
    expect(visitor.log.get_by_role("link")).to_have_count(1)
    expect(visitor.place.locator("[data-file]")).to_have_count(len(BAD_FILES))


def test_a_file_too_large_is_refused_with_the_limit(dialogue, tmp_path):
    path = tmp_path / "видео.mp4"
    with path.open("wb") as file:
        file.truncate(50 * MEGABYTE + 1)
    for writer in dialogue:
        writer.field.fill("Запись")
        writer.picks(path)
        expect(writer.place.get_by_text("Больше 50 МБ")).to_be_visible()
        expect(writer.field).to_have_value("Запись")
