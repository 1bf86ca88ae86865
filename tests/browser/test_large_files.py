import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

LINE = "2026-11-26 12:00:00 INFO всё как обычно\n"
PIECES = re.compile("/uploads/[^/]+/$")


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_a_large_file_goes_on_over_a_broken_link_and_a_reload(dialogue, tmp_path, watch, side):
    watch.allow("ERR_FAILED")
    writer, reader = dialogue if side == "visitor" else dialogue[::-1]
    path = tmp_path / "журнал.log"
    path.write_text(LINE * 120_000)  # some four pieces
    sent = []

    def break_after_two(route):
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
        if route.request.method == "PATCH" and len(sent) > 2:
            route.abort()
        else:
            route.continue_()

    writer.page.route(PIECES, break_after_two)
    writer.field.fill("Смотрите")
    writer.picks(path)
    row = writer.place.locator("[data-file]").filter(has_text="журнал.log")
    expect(row).to_contain_text("Нет связи")
    expect(row.get_by_role("button", name="Повторить")).to_be_visible()
    broken_at = max(sent)

    writer.page.unroute(PIECES)
    begun = []
    writer.page.on("request", lambda request: begun.append((request.method, request.headers)))
    writer.page.reload()
    expect(writer.field).to_have_value("Смотрите")
    expect(row).to_have_count(1)
    expect(writer.place.locator("[data-file]:not(.is-uploading):not(.is-failed)")).to_have_count(1)
    offsets = [int(told["upload-offset"]) for method, told in begun if method == "PATCH"]
    assert offsets[0] == broken_at > 0
    assert not [told for method, told in begun if method == "POST" and "upload-length" in told]

    writer.field.press("Enter")
    link = reader.log.get_by_role("link", name="журнал.log")
    expect(link).to_be_visible()
    with reader.page.context.expect_event("page") as opened:
        reader.log.get_by_role("link", name="Посмотреть").click()
    expect(opened.value.get_by_text("Начало файла: не больше 200 строк")).to_be_visible()
    expect(opened.value.get_by_label("Текст файла")).to_contain_text("всё как обычно")
    with opened.value.expect_download() as download:
        opened.value.get_by_role("link", name="Скачать").click()
    assert download.value.path().read_text() == path.read_text()


def test_a_large_file_that_is_taken_away_is_gone_from_the_server(visitor, tmp_path):
    path = tmp_path / "журнал.log"
    path.write_text(LINE * 120_000)
    visitor.page.route(
        PIECES, lambda route: None if route.request.method == "PATCH" else route.continue_()
    )
    with visitor.page.expect_request(lambda request: request.method == "PATCH"):
        with visitor.page.expect_file_chooser() as chooser:
            visitor.place.get_by_role("button", name="Прикрепить файл").click()
        chooser.value.set_files(path)
    with visitor.page.expect_response(lambda answer: answer.request.method == "DELETE") as gone:
        visitor.place.get_by_role("button", name="Убрать файл журнал.log").click()
    assert gone.value.status == 204
    expect(visitor.place.locator("[data-file]")).to_have_count(0)
