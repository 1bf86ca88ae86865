"""Modules alone in a page, where they need elements or the disk: log, outbox, composer, lists.

What needs neither is in tests/js.
"""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.people import drop
from tests.server import ROOT

pytestmark = pytest.mark.front

COMPOSER = """<!doctype html><html lang="ru"><aside>Списки</aside>
<chat-composer draft-key="test" max-length="10" max-files="3" upload-url="/upload">
<ul data-files></ul><p data-problem data-too-long="{count} из {max}" data-units="Б КБ МБ"
data-failed="нет связи" data-failed-502="не отвечает" data-refused="код {status}"
data-failed-401="вход" data-too-many="не больше {max}" data-gone="больше нет: {names}"
data-is-gone="нет" data-folder="папка"></p>
<template data-file-row><li data-file><span data-name></span><span data-size></span>
<span data-state></span><button data-retry hidden>Повторить</button>
<button data-remove aria-label="Убрать {name}"></button></li></template>
<textarea aria-label="Сообщение"></textarea><button data-send>Отправить</button></chat-composer>
<script type="module" src="/js/shared/chat-composer.js"></script>
<script type="module">
  window.sent = [];
  addEventListener("compose", (event) => sent.push(event.detail.text));
</script></html>"""


@pytest.fixture(autouse=True)
def _empty_queue() -> None:
    """There is no installation that something could wait in."""


class StaticFiles(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if not self.path.startswith("/page"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(COMPOSER.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    handler = partial(StaticFiles, directory=str(ROOT / "static"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/page"
        server.shutdown()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("customElements.get('chat-composer') !== undefined")
    yield page
    context.close()


@pytest.fixture
def other(page: Page) -> Page:
    """Another tab of the same person."""
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_function("customElements.get('chat-composer') !== undefined")
    return other


def in_module(page: Page, body: str, module: str = "shared/outbox") -> Any:
    """What the body returns; it has what the module exports as `it`."""
    return page.evaluate(f"async () => {{ const it = await import('/js/{module}.js'); {body} }}")


# The log of messages

LOG = """
  document.body.innerHTML = `<message-log data-hole="Загружаем пропущенное…"><div role="log">
    <div data-thread="a"><div class="message" id="message-51" data-seq="51"></div></div></div>
    <template id="pending-message"></template></message-log>`;
  const log = document.querySelector("message-log");
  const asked = [];
  log.addEventListener("gap", ({detail}) => asked.push(detail.after));
  const html = (seq) => `<div class="message" id="message-${seq}"></div>`;
  const bring = (...seqs) => seqs.forEach((seq) =>
    log.insert({conversation: "a", seq, id: String(seq), html: html(seq)}));
  const shown = () => [...log.querySelectorAll(".message")].map((one) => Number(one.dataset.seq));
  const told = () => [...log.querySelectorAll("[data-hole].message")].map((one) => one.dataset.seq);
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
"""


def test_a_log_with_a_hole_says_so_and_asks_once_for_all_of_it(page: Page) -> None:
    body = """bring(60, 61); await wait(50);
      const before = told();
      bring(52, 53, 54, 55); bring(56, 57, 58, 59); await wait(50);
      return {asked, before, after: told(), shown: shown()}"""
    assert in_module(page, LOG + body, "shared/message-log") == {
        "asked": [51],
        "before": ["60"],
        "after": [],
        "shown": list(range(51, 62)),
    }


def test_a_log_asks_again_for_what_does_not_come(page: Page) -> None:
    body = "bring(60); while (asked.length < 2) await wait(100); return asked"
    assert in_module(page, LOG + body, "shared/message-log") == [51, 51]


def test_what_stands_before_the_page_is_not_put_in(page: Page) -> None:
    body = "bring(12, 13, 50, 52); await wait(50); return {asked, shown: shown()}"
    assert in_module(page, LOG + body, "shared/message-log") == {"asked": [], "shown": [51, 52]}


# Outbox


def wait_until_on_disk(page: Page, wanted: str) -> None:
    """IndexedDB has something like this; whoever asks does so after the module opened it."""
    page.wait_for_function(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("sphaera", 1);
          opening.onsuccess = () => {
            const all = opening.result.transaction("kept").objectStore("kept").getAll();
            all.onsuccess = () => {
              opening.result.close();
              resolve(all.result.some(WANTED));
            };
          };
        })""".replace("WANTED", wanted)
    )


def test_what_a_killed_browser_forgot_is_recovered(page: Page) -> None:
    """A kill loses the last seconds of localStorage, not of IndexedDB."""
    in_module(page, "new it.Outbox('a').add({text: 'перед падением'})")
    wait_until_on_disk(page, "one => one.value?.text === 'перед падением'")
    page.evaluate("localStorage.clear()")
    page.reload()
    body = "const box = new it.Outbox('a'); await box.ready; return box.pending().length"
    assert in_module(page, body) == 1


def test_what_was_sent_does_not_rise_from_a_forgotten_removal(page: Page) -> None:
    body = "const box = new it.Outbox('a'); box.add({text: 'ушло'}); return {...localStorage}"
    before = in_module(page, body)
    in_module(page, "const box = new it.Outbox('a'); box.settle(box.pending()[0].id)")
    wait_until_on_disk(page, "one => one.value === null")
    page.evaluate("(before) => Object.assign(localStorage, before)", before)
    page.reload()
    body = "const box = new it.Outbox('a'); await box.ready; return box.pending().length"
    assert in_module(page, body) == 0


# Composer


def test_enter_sends_and_empties_the_field(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.press_sequentially("привет")
    field.press("Enter")
    assert page.evaluate("sent") == ["привет"]
    expect(field).to_have_value("")


def test_shift_enter_begins_a_line(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.press_sequentially("а")
    field.press("Shift+Enter")
    field.press_sequentially("б")
    expect(field).to_have_value("а\nб")
    assert page.evaluate("sent") == []


def test_blanks_are_not_sent(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.fill("  \n ")
    field.press("Enter")
    assert page.evaluate("sent") == []


def test_a_text_too_long_stays_whole_and_says_by_how_much(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.fill("одиннадцать")
    field.press("Enter")
    assert page.evaluate("sent") == []
    expect(field).to_have_value("одиннадцать")
    expect(page.locator("[data-problem]")).to_have_text("11 из 10")


def test_a_draft_survives_a_reload_with_its_caret(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.press_sequentially("черновик")
    field.press("Home")
    page.reload()
    expect(field).to_have_value("черновик")
    assert field.evaluate("(field) => field.selectionStart") == 0


def test_a_sent_text_is_no_draft(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.press_sequentially("ушло")
    field.press("Enter")
    page.reload()
    in_module(page, "await it.keep.ready")
    expect(field).to_have_value("")


def test_a_refused_text_comes_back_before_the_new_one(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.press_sequentially("новое")
    page.locator("chat-composer").evaluate(
        "(composer) => composer.restore({text: 'старое', files: []}, 'почему')"
    )
    expect(field).to_have_value("старое\nновое")
    expect(page.locator("[data-problem]")).to_have_text("почему")


# A draft in two tabs


def field_of(page: Page) -> Locator:
    return page.get_by_role("textbox")


def test_a_look_into_an_empty_field_leaves_what_another_tab_writes(page: Page, other: Page) -> None:
    hide_from_each_other(page, other)
    field_of(page).press_sequentially("пишу")
    field_of(other).focus()
    field_of(other).blur()
    other.reload()
    page.reload()
    expect(field_of(page)).to_have_value("пишу")


def hide_from_each_other(*pages: Page) -> None:
    """As with a tab that sleeps: nothing is told to it."""
    for page in pages:
        page.evaluate(
            "addEventListener('storage', (event) => event.stopImmediatePropagation(), true)"
        )


def test_what_is_typed_in_one_tab_is_shown_in_the_other(page: Page, other: Page) -> None:
    field_of(page).press_sequentially("раз")
    expect(field_of(other)).to_have_value("раз")
    field_of(other).press("End")
    field_of(other).press_sequentially(" два")
    expect(field_of(page)).to_have_value("раз два")


def test_what_is_sent_in_one_tab_is_gone_from_the_other(page: Page, other: Page) -> None:
    upload(page, 201, "a.txt")
    field_of(page).press_sequentially("раз")
    expect(field_of(other)).to_have_value("раз")
    expect(rows(other)).to_have_count(1)
    field_of(page).press("Enter")
    expect(field_of(other)).to_have_value("")
    expect(rows(other)).to_have_count(0)
    field_of(other).press("Enter")
    assert [tab.evaluate("sent") for tab in (page, other)] == [["раз"], []]


def test_a_tab_that_slept_shows_what_became_of_the_draft_meanwhile(page: Page, other: Page) -> None:
    field_of(page).press_sequentially("раз")
    expect(field_of(other)).to_have_value("раз")
    hide_from_each_other(other)
    field_of(page).press("Enter")
    other.evaluate("dispatchEvent(new Event('focus'))")
    expect(field_of(other)).to_have_value("")


def test_who_composes_a_word_is_not_disturbed(page: Page, other: Page) -> None:
    expect(field_of(other)).to_have_value("")
    field_of(other).dispatch_event("compositionstart")
    field_of(page).press_sequentially("раз")
    field_of(page).press("End")
    other.wait_for_timeout(1500)
    expect(field_of(other)).to_have_value("")
    field_of(other).dispatch_event("compositionend")
    expect(field_of(other)).to_have_value("раз")


# Files


def rows(page: Page) -> Locator:
    return page.locator("[data-file]")


def upload(page: Page, status: int, *names: str) -> None:
    """What the composer makes of a server that answers its uploads so."""
    page.unroute("**/upload")

    def answer(route: Route) -> None:
        if not status:
            route.abort()
            return
        taken = {"id": names[0], "name": names[0], "size": 1} if status == 201 else None
        body = json.dumps(taken) if taken else "<h1>Error</h1>"
        route.fulfill(status=status, body=body)

    page.route("**/upload", answer)
    attach(page, *names)


def attach(page: Page, *names: str) -> None:
    page.locator("chat-composer").evaluate(
        "(composer, names) => composer.attach(names.map((name) => new File(['1'], name)))",
        list(names),
    )
    expect(page.locator(".is-uploading")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "words"), [(0, "нет связи"), (502, "не отвечает"), (418, "код 418"), (200, "вход")]
)
def test_a_refused_upload_says_why_and_is_repeated(page: Page, status: int, words: str) -> None:
    upload(page, status, "a.txt")
    expect(rows(page)).to_contain_text(words)
    page.unroute("**/upload")
    page.route("**/upload", lambda route: route.fulfill(status=201, body='{"id":"a","size":1}'))
    page.get_by_role("button", name="Повторить").click()
    page.wait_for_function("document.querySelector('chat-composer').files.length === 1")
    expect(rows(page)).not_to_contain_text(words)
    expect(page.get_by_role("button", name="Повторить")).to_be_hidden()


def test_one_file_too_many_is_told_before_sending_and_goes_with_the_next(page: Page) -> None:
    for name in "абв":
        upload(page, 201, name)
    attach(page, "г")
    expect(rows(page).last).to_contain_text("не больше 3")
    page.get_by_role("button", name="Отправить", exact=True).click()
    expect(rows(page)).to_have_count(1)
    page.unroute("**/upload")
    page.route("**/upload", lambda route: route.fulfill(status=201, body='{"id":"г","size":1}'))
    page.get_by_role("button", name="Повторить").click()
    page.wait_for_function("document.querySelector('chat-composer').files.length === 1")


def test_a_file_that_is_gone_is_named_and_dropped_by_a_press(page: Page) -> None:
    back = {"text": "вот", "files": [file("a", isGone=True), file("b")]}
    page.locator("chat-composer").evaluate("(one, back) => one.restore(back, 'почему')", back)
    expect(page.locator("[data-problem]")).to_have_text("больше нет: «a.txt»")
    page.reload()
    expect(rows(page).filter(has_text="a.txt")).to_contain_text("нет")
    page.get_by_role("button", name="Убрать a.txt").click()
    expect(field_of(page)).to_have_value("вот")
    files = page.locator("chat-composer").evaluate("(one) => one.files.map(({id}) => id)")
    assert files == ["b"]


def file(key: str, **given: Any) -> dict[str, Any]:
    return {"id": key, "name": f"{key}.txt", "size": 1, **given}


def test_a_file_dropped_beside_the_composer_is_attached(page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1")
    upload(page, 502)
    drop(page, tmp_path / "a.txt", page.locator("aside"))
    expect(rows(page)).to_contain_text("a.txt")
    expect(field_of(page)).to_be_visible()


def test_a_folder_says_that_it_is_one(page: Page, tmp_path: Path) -> None:
    (tmp_path / "Документы").mkdir()
    drop(page, tmp_path / "Документы", field_of(page))
    expect(rows(page)).to_contain_text("папка")
    expect(rows(page)).to_contain_text("Документы")


def test_a_file_dropped_where_nothing_is_open_is_refused_aloud(page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1")
    page.evaluate(
        """() => {
          document.querySelector("chat-composer").remove();
          document.addEventListener("nodrop", () => (document.title = "Некуда"));
        }"""
    )
    drop(page, tmp_path / "a.txt", page.locator("aside"))
    expect(page).to_have_title("Некуда")


# Regions of the zone

ZONE = """
  document.body.innerHTML = "<operator-zone><i></i></operator-zone>";
  const zone = document.querySelector("operator-zone");
  const heard = [];
  const region = (acts) => it.hear(zone.firstChild, acts);
"""


def test_a_region_that_throws_stops_neither_the_next_nor_the_zone(page: Page) -> None:
    body = f"""{ZONE} const thrown = [];
      addEventListener("error", (event) => thrown.push(event.message));
      region({{"frame:message": () => {{ throw new Error("broken"); }}}});
      region({{"frame:message": ({{seq}}) => heard.push(seq)}});
      it.tellFrame(zone, {{type: "message", seq: 1}});
      it.tellFrame(zone, {{type: "message", seq: 2}});
      return [heard, thrown.length]"""
    assert in_module(page, body, "zone/region") == [[1, 2], 2]


# Chats among staff

CHATS = """
  document.body.innerHTML = `<operator-zone data-account="1"><ul>
    <li class="operator" data-account="2"><button class="operator__open">Антон<span class="unread"
    hidden><span class="count"></span></span></button></li></ul><chat-list><ul><li class="chat-row"
    id="chat-group" data-chat="group"><a><span class="clip">Смена</span><span class="unread" hidden>
    <span class="count"></span></span></a></li></ul></chat-list></operator-zone>`;
  const list = document.querySelector("chat-list");
  const members = [{id: "1", name: "Илья"}, {id: "2", name: "Антон"}];
  const pair = {id: "pair", title: "", is_direct: true, members, seq: 4, unread: 1};
  const group = {id: "group", title: "Смена", is_direct: false, members, seq: 7, unread: 0};
  list.welcome([pair, group]);
  const said = (conversation, seq, id, kind = "text") =>
    list.note({conversation, seq, kind, author: {id}});
  const counts = () => [...document.querySelectorAll(".count")].map((one) => one.textContent);
"""


# What happens, and the numbers beside Anton and the group then.
HAPPENS = {
    "": ["1", ""],
    "said('pair', 5, '2'); said('group', 8, '2')": ["2", "1"],
    "said('pair', 5, '2'); said('pair', 5, '2')": ["2", ""],
    "said('pair', 3, '2')": ["1", ""],
    "said('pair', 5, '1')": ["1", ""],
    "said('group', 8, null, 'event')": ["1", ""],
    "said('nothing', 8, '2')": ["1", ""],
    "list.markRead('pair', 0)": ["", ""],
    "list.put({...group, unread: 3})": ["1", "3"],
    "list.drop('pair')": ["", ""],
    "said('pair', 5, '2'); list.welcome([{...pair, seq: 5, unread: 0}])": ["", ""],
}


def test_what_colleagues_wrote_is_counted_where_they_stand(page: Page) -> None:
    def counted(what: str) -> Any:
        body = f"{CHATS} {what}; return [counts(), list.unread]"
        return in_module(page, body, "zone/room-list")

    expected = {
        what: [counts, sum(int(count or 0) for count in counts)] for what, counts in HAPPENS.items()
    }
    assert {what: counted(what) for what in HAPPENS} == expected


def test_what_was_counted_while_there_was_no_link_is_news(page: Page) -> None:
    body = f"""{CHATS} const news = [];
      document.addEventListener("news", ({{detail}}) => news.push([detail.author.name, detail.id]));
      list.welcome([{{...pair, seq: 6, unread: 3}}, {{...group, seq: 9, unread: 2}}]);
      list.welcome([{{...pair, seq: 6, unread: 3}}, {{...group, seq: 10, unread: 0}}]);
      return news"""
    assert in_module(page, body, "zone/room-list") == [["Антон", "pair-6"], ["Смена", "group-9"]]


ROWS = """
  const row = (name, group, seq, unread) => `<li class="visitor" id="visitor-${name}"
    data-conversation="${name}" data-state="active" data-operator="${group === "mine" ? 2 : 1}"
    data-name="${name}" data-seq="${seq}" data-unread="${unread}"><a></a><p data-preview>Текст</p>
    <span class="unread"><span class="count"></span></span></li>`;
  const rows = (group, ...all) => `<section data-group="${group}"><ul>
    ${all.map(([name, seq, unread]) => row(name, group, seq, unread)).join("")}</ul></section>`;
  const html = (mine, others) => `<div data-stale><time></time></div><p data-longest></p>
    ${rows("waiting")}${rows("mine", ...mine)}${rows("others", ...others)}${rows("site")}`;
  document.body.innerHTML = `<operator-zone data-account="2" data-departments="[]"><visitor-list>
    ${html([["a", 3, 0], ["b", 3, 1]], [["c", 3, 0]])}</visitor-list></operator-zone>`;
  const list = document.querySelector("visitor-list");
  const news = [];
  list.addEventListener("news", ({detail}) => news.push(detail.id));
  const renew = (told, said, mine, others = []) => {
    const fresh = document.createElement("div");
    fresh.innerHTML = html(mine, others);
    list.renew(fresh, new Set(told), said);
    return list.rows("mine").map(({dataset: {conversation, seq, unread}}) =>
      [conversation, seq, unread]);
  };
"""


def test_rows_that_grew_while_there_was_no_link_are_news(page: Page) -> None:
    body = f"""{ROWS} const shown = renew([], [], [["a", 5, 2], ["b", 4, 1]], [["c", 9, 4]]);
      return [shown, news]"""
    assert in_module(page, body, "zone/visitor-list") == [
        [["a", "5", "2"], ["b", "4", "1"]],
        ["a-5"],
    ]


def test_what_is_said_while_the_lists_are_asked_for_is_counted_once(page: Page) -> None:
    """One fresh row was rendered before the message, the other after it."""
    body = f"""{ROWS} const said = ["a", "b"].map((conversation) => ({{conversation, seq: 4,
        text: "Да?", author: {{kind: "visitor", name: ""}}, created_at: "2026-11-23T14:05:09Z"}}));
      said.forEach((one) => list.note(one));
      return renew([], said, [["a", 3, 0], ["b", 4, 2]]).sort()"""
    assert in_module(page, body, "zone/visitor-list") == [["a", "4", "1"], ["b", "4", "2"]]


def test_a_list_holds_so_many_rows_and_says_when_there_is_room_again(page: Page) -> None:
    """Of those who wait the first, and whoever is asked to take over."""
    body = f"""{ROWS} const at = (n) => new Date(n * 1000).toISOString();
      const put = (id, state, n, more) => {{
        const row = document.createElement("li");
        row.className = "visitor";
        row.id = id;
        Object.assign(row.dataset, {{state, since: at(n), ...more}});
        list.put(row);
      }};
      let asked = 0;
      list.addEventListener("listshort", () => asked++);
      for (let n = 1; n <= 203; n++) put(`visitor-${{n}}`, "waiting", n);
      put("visitor-asked", "active", 204, {{operator: "1", toAccount: "2"}});
      const ends = (group) => {{
        const rows = list.rows(group);
        return [rows.length, rows[0].id, rows.at(-1).id];
      }};
      const shown = [ends("waiting")];
      for (let n = 4; n <= 105; n++) list.drop(`visitor-${{n}}`);
      return [...shown, asked]"""
    assert in_module(page, body, "zone/visitor-list") == [
        [201, "visitor-1", "visitor-asked"],
        1,
    ]


PEOPLE = """
  document.body.innerHTML = `<operator-zone><details data-group="site" open>
    <summary><span data-count></span></summary>
    <site-list data-page-size="2" data-count="0"><ul></ul>
    <p data-none></p><p data-failed hidden></p><nav><button data-turn="-1"></button>
    <span data-range data-pattern="{first}–{last} из {count}"></span>
    <button data-turn="1"></button></nav></site-list></details></operator-zone>`;
  const [zone, list] = ["operator-zone", "site-list"].map((name) => document.querySelector(name));
  const tell = (name, detail) => zone.dispatchEvent(new CustomEvent(name, { detail }));
  const row = (n, page) => `<li class="visitor" id="visit-${n}" data-visitor="${n}"><button
    class="visitor__link" aria-expanded="false">${page}</button><div class="visitor__more" hidden>
    </div></li>`;
  const people = (count, ...rows) => tell("frame:people", {
    words: "", page: 1, pages: Math.ceil(count / 2), count,
    html: rows.map(([n, page]) => row(n, page)).join("") });
  const shown = () => list.rows.map(({ dataset: { visitor } }) => visitor);
  const link = (n) => list.querySelector(`#visit-${n} .visitor__link`);
"""


def test_who_is_as_before_keeps_the_row_and_who_is_elsewhere_by_now_what_is_open(
    page: Page,
) -> None:
    body = f"""{PEOPLE} people(3, [1, "Главная"], [2, "Главная"]);
      const first = link(1);
      link(2).click();
      link(2).focus();
      people(3, [1, "Главная"], [2, "Помощь"]);
      const kept = [link(1) === first, document.activeElement === link(2)];
      const {{ textContent, ariaExpanded }} = link(2);
      return [...kept, textContent, ariaExpanded, list.querySelector("[data-range]").textContent]"""
    told = [True, True, "Помощь", "true", "1–2 из 3"]
    assert in_module(page, body, "zone/site-list") == told


def test_who_has_written_meanwhile_stands_among_conversations_alone(page: Page) -> None:
    body = f"""{PEOPLE} people(2, [1, "Главная"], [2, "Главная"]);
      const talks = (state) => tell("frame:conversation", {{ visitor: {{ id: "1" }}, state }});
      const found = [];
      talks("waiting");
      found.push(shown());
      people(2, [1, "Главная"], [2, "Помощь"]);
      found.push(shown());
      talks("closed");
      people(2, [1, "Главная"], [2, "Помощь"]);
      return [...found, shown()]"""
    assert in_module(page, body, "zone/site-list") == [["2"], ["2"], ["1", "2"]]


def test_lists_that_did_not_come_are_asked_for_again(page: Page) -> None:
    row = '<li class="visitor" id="visitor-a" data-state="active" data-operator="2"></li>'
    fresh = f'<section id="visitors">{row}</section><section id="operators"></section>'
    answers = iter([(503, ""), (200, fresh)])

    def answer(route: Route) -> None:
        status, body = next(answers)
        route.fulfill(status=status, body=body)

    page.route("**/home?part=lists", answer)
    page.clock.install()
    body = f"""await Promise.all(["visitor-list", "room-list"].map((name) =>
        import(`/js/zone/${{name}}.js`))); {ROWS}
      document.body.innerHTML = `<operator-zone data-home="/home" data-account="2"><zone-lists>
        <section id="visitors"><visitor-list>${{html([], [])}}</visitor-list></section>
        <section id="operators"></section><chat-list></chat-list></zone-lists></operator-zone>`;
      document.querySelector("operator-zone").dispatchEvent(new Event("wake"))"""
    with page.expect_response("**/home?part=lists"):
        in_module(page, body, "zone/lists")
    with page.expect_response("**/home?part=lists"):
        page.clock.run_for(6000)
    expect(page.locator("#visitor-a")).to_be_attached()


def test_a_fresh_list_of_operators_gets_its_counts(page: Page) -> None:
    body = f"""{CHATS} const row = document.querySelector(".operator");
      const fresh = row.cloneNode(true);
      fresh.querySelector(".count").textContent = "";
      row.replaceWith(fresh);
      fresh.dispatchEvent(new CustomEvent("operatorlist", {{bubbles: true}}));
      return counts()"""
    assert in_module(page, body, "zone/room-list") == ["1", ""]


def test_the_socket_goes_on_from_what_came(page: Page) -> None:
    body = f"{CHATS} said('pair', 5, '2'); said('group', 8, '1'); return list.positions"
    assert in_module(page, body, "zone/room-list") == {"pair": 5, "group": 8}
