/**
 * `<answer-templates>` in a composer: the button «Шаблоны» and its panel. «/» at the start of the
 * field or after a space opens it, too. What is chosen goes where the caret is; nothing that was
 * written is replaced, and a placeholder without a value is never sent.
 *
 * @typedef {import("../shared/chat-composer.js").ChatComposer} ChatComposer
 * @typedef {import("./template-search.js").Hit} Hit
 * @typedef {import("./template-search.js").Whose} Whose
 */
import { pageHeaders } from "../shared/page-headers.js";
import { isComposing, isTouch } from "../shared/system.js";
import { chosenAfter } from "./palette.js";
import { emit } from "./region.js";
import { attached, fillCard } from "./template-links.js";
import { drawn, excerpt, find, marked } from "./template-search.js";
import { store } from "./template-store.js";
import { fillIn, firstUnfilled, partsOf } from "./template-text.js";

/**
 * What was typed to open the panel; null where nothing was: a slash within a word is one.
 * @param {{data?: string | null, inputType?: string}} event
 * @param {string} before what stands before the caret by now
 */
export function askedBy({ data, inputType }, before) {
  const isTyped = inputType === "insertText" || inputType === "insertCompositionText";
  if (!isTyped || !data || !/^\/\S*$/.test(data) || !before.endsWith(data)) return null;
  const rest = before.slice(0, -data.length);
  return rest === "" || /\s$/.test(rest) ? data : null;
}

export class AnswerTemplates extends HTMLElement {
  /** @type {AbortController | null} */
  #listening = null;
  /** @type {Hit[]} as they stand in the list */
  #hits = [];
  #chosen = 0;
  /** @type {Whose} */
  #whose = "all";
  /** Whether what was typed belongs into the field if nothing is chosen. */
  #isBySlash = false;
  /** What stands in the field by now. @type {Set<number>} */
  #used = new Set();
  /** Files of a template are on their way. */
  #isAttaching = false;

  connectedCallback() {
    this.composer = /** @type {ChatComposer} */ (this.closest("chat-composer"));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#field.addEventListener("input", (event) => this.#typed(/** @type {InputEvent} */ (event)), { signal });
    this.composer.addEventListener("compose", this.#composed, { signal });
    this.addEventListener("click", (event) => this.#clicked(/** @type {Element} */ (event.target)), { signal });
    this.addEventListener("keydown", this.#pressed, { signal });
    this.addEventListener("pointerover", this.#pointed, { signal });
    this.#query.addEventListener("input", () => this.#find(), { signal });
    this.addEventListener("focusout", this.#leftFor, { signal });
    document.addEventListener("pointerdown", this.#pressedElsewhere, { signal });
    store.addEventListener("change", () => this.isOpen && this.#find(), { signal });
    store.begin(this.dataset.url ?? "");
  }

  disconnectedCallback() {
    this.#listening?.abort();
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /** @param {string} [typed] with which it was asked for in the field */
  open(typed = "") {
    store.begin(this.dataset.url ?? "");
    this.#isBySlash = typed !== "";
    this.#query.value = typed.slice(1);
    this.#show(true);
    this.#find();
    // A keyboard that comes up by itself would cover the list.
    if (this.#isBySlash || !isTouch()) this.#query.focus();
  }

  /** Nothing was chosen: what was typed for it goes where it would have stood. */
  close() {
    const typed = this.#isBySlash ? `/${this.#query.value}` : "";
    this.#show(false);
    if (typed) this.#put(typed);
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.#panel.hidden = !isOpen;
    this.#button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.#isBySlash = false;
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.composer?.querySelector("textarea"));
  }

  get #panel() {
    return /** @type {HTMLElement} */ (this.querySelector(".templates__panel"));
  }

  get #button() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-open-templates]"));
  }

  get #query() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector("[role=listbox]"));
  }

  get #options() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll("[role=option]"))];
  }

  /** @returns {Record<string, string | null>} */
  get #values() {
    return { ...store.words, ...JSON.parse(this.dataset.values ?? "{}") };
  }

  get #names() {
    return new Set([...Object.keys(this.#values), ...store.names]);
  }

  // The list

  #find() {
    const found = find(store.entries, { query: this.#query.value, whose: this.#whose, site: Number(this.dataset.site) });
    const groups = drawn(found);
    this.#hits = groups.flatMap(({ hits }) => hits);
    this.#list.replaceChildren(...groups.map((group) => this.#group(group)));
    for (const [number, option] of this.#options.entries()) option.id = `template-option-${number}`;
    this.#say(found.length);
    this.#choose(0);
  }

  /** What there is instead of a list, and how much more there is than is drawn. @param {number} count */
  #say(count) {
    const isEmpty = store.entries.length === 0;
    const state = store.state !== "there" ? store.state : isEmpty ? "empty" : count === 0 ? "none" : "";
    for (const line of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-state]"))) line.hidden = line.dataset.state !== state;
    const more = count - this.#hits.length;
    const told = /** @type {HTMLElement} */ (this.querySelector("[data-found]"));
    told.textContent = state ? "" : (told.dataset[more > 0 ? "more" : "all"] ?? "").replace("{count}", String(count)).replace("{shown}", String(this.#hits.length));
  }

  /** @param {{isOwn: boolean, count: number, hits: Hit[]}} group */
  #group({ isOwn, count, hits }) {
    const group = this.#clone("group");
    const name = this.dataset[isOwn ? "own" : "shared"] ?? "";
    group.setAttribute("aria-label", name);
    slot(group, "name").textContent = name;
    slot(group, "number").textContent = String(count);
    group.append(...hits.map((hit) => this.#option(hit)));
    return group;
  }

  /** @param {Hit} hit */
  #option({ template, words }) {
    const option = this.#clone("option");
    slot(option, "code").append(...this.#marked(template.code, words));
    slot(option, "title").append(...this.#marked(template.title, words));
    slot(option, "text").append(...this.#marked(excerpt(template.text, words), words));
    return option;
  }

  /** @param {string} text @param {string[]} words @returns {(string | Node)[]} */
  #marked(text, words) {
    return marked(text.normalize(), words).map((piece) => {
      if (!piece.isFound) return piece.text;
      const mark = this.#clone("mark");
      mark.textContent = piece.text;
      return mark;
    });
  }

  /** @param {string} name */
  #clone(name) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector(`template[data-${name}]`));
    return /** @type {HTMLElement} */ (/** @type {DocumentFragment} */ (template.content.cloneNode(true)).firstElementChild);
  }

  /** @param {number} number */
  #choose(number) {
    this.#chosen = number;
    const options = this.#options;
    for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === number));
    const chosen = options[number];
    if (chosen) this.#query.setAttribute("aria-activedescendant", chosen.id);
    else this.#query.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
    this.#preview(this.#hits[number]);
  }

  /** As the visitor will read it. @param {Hit | undefined} hit */
  #preview(hit) {
    slot(this, "preview").hidden = !hit;
    slot(this, "edit").hidden = !hit?.template.isOwn;
    slot(this, "preview-files").replaceChildren(...(hit?.template.files ?? []).map((name) => this.#file(name)));
    slot(this, "preview-card").hidden = !hit?.template.link;
    if (hit?.template.link) fillCard(slot(this, "preview-card"), hit.template.link);
    const parts = hit ? partsOf(hit.template.text, this.#values) : [];
    slot(this, "preview-text").replaceChildren(
      ...parts.map(({ text, name, isMissing }) => {
        if (!name) return text;
        const filled = this.#clone("filled");
        filled.textContent = text;
        filled.classList.toggle("is-missing", isMissing);
        return filled;
      }),
    );
  }

  /** @param {string} name */
  #file(name) {
    const file = this.#clone("carried");
    slot(file, "name").textContent = name;
    return file;
  }

  // Keys and presses

  /** @param {InputEvent} event */
  #typed(event) {
    const field = this.#field;
    const end = field.selectionStart;
    const typed = askedBy(event, field.value.slice(0, end));
    if (typed === null) return;
    field.setRangeText("", end - typed.length, end, "end");
    this.composer?.save();
    this.open(typed);
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (!this.isOpen || isComposing(event)) return;
    const next = event.target === this.#query ? chosenAfter(event.key, this.#chosen, this.#hits.length) : undefined;
    if (next !== undefined) this.#choose(next);
    else if (event.key === "Escape") this.#escape();
    else if (event.key === "Enter" && event.target === this.#query) this.#insert(this.#chosen, event.ctrlKey || event.metaKey);
    else if (["ArrowLeft", "ArrowRight"].includes(event.key) && this.#isRadio(event.target)) this.#turn(event.key === "ArrowRight" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #escape() {
    this.close();
    this.#field.focus();
  }

  /** @param {EventTarget | null} target */
  #isRadio(target) {
    return target instanceof Element && target.matches("[role=radio]");
  }

  /** @param {Element} target */
  #clicked(target) {
    const option = /** @type {HTMLElement | null} */ (target.closest("[role=option]"));
    const radio = /** @type {HTMLElement | null} */ (target.closest("[role=radio]"));
    if (target.closest("[data-open-templates]")) return this.isOpen ? this.#escape() : this.open();
    if (option) return this.#insert(this.#options.indexOf(option), false);
    if (radio) return this.#narrow(radio);
    if (target.closest("[data-again]")) return store.renew();
    if (target.closest("[data-edit]")) return this.#edit(this.#hits[this.#chosen]?.template.id);
    return target.closest("[data-create]") ? this.#edit() : undefined;
  }

  /** Only where there is a pointer that hovers. @param {PointerEvent} event */
  #pointed = (event) => {
    const option = event.pointerType === "mouse" && /** @type {Element} */ (event.target).closest("[role=option]");
    const number = option ? this.#options.indexOf(/** @type {HTMLElement} */ (option)) : -1;
    if (number >= 0 && number !== this.#chosen) this.#choose(number);
  };

  /** @param {Event} event */
  #pressedElsewhere = (event) => {
    if (this.isOpen && !this.contains(/** @type {Node} */ (event.target))) this.close();
  };

  /** @param {FocusEvent} event */
  #leftFor = ({ relatedTarget }) => {
    if (this.isOpen && relatedTarget && !this.contains(/** @type {Node} */ (relatedTarget))) this.close();
  };

  /** @param {1 | -1} step */
  #turn(step) {
    const radios = this.#radios;
    const at = radios.findIndex((radio) => radio.dataset.whose === this.#whose);
    const next = radios[(at + step + radios.length) % radios.length];
    this.#narrow(next);
    next.focus();
  }

  get #radios() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[role=radio]"))];
  }

  /** @param {HTMLElement} chosen */
  #narrow(chosen) {
    this.#whose = /** @type {Whose} */ (chosen.dataset.whose);
    for (const radio of this.#radios) {
      radio.setAttribute("aria-checked", String(radio === chosen));
      radio.tabIndex = radio === chosen ? 0 : -1;
    }
    this.#find();
  }

  /** In a dialog of the zone. @param {number} [template] none: a new one */
  #edit(template) {
    this.#escape();
    emit(this, "edittemplate", { template });
  }

  // Into the field

  get #isNote() {
    return this.closest(".is-note") !== null;
  }

  /** @param {number} number @param {boolean} isToBeSent */
  #insert(number, isToBeSent) {
    const hit = this.#hits[number];
    if (!hit || !this.composer) return;
    this.#show(false);
    this.#put(fillIn(hit.template.text, this.#values));
    this.#used.add(hit.template.id);
    const { link } = hit.template;
    if (link && !this.#isNote) this.composer.restore({ text: "", files: [attached(link)] }, "");
    this.#field.focus();
    this.#stop(this.#field.value);
    this.#attach(hit.template).then((isWhole) => isWhole && isToBeSent && this.composer?.send());
  }

  /** Copies of its files; a note takes none. @param {import("./template-search.js").Template} template @returns {Promise<boolean>} whether they are there */
  async #attach({ id, files }) {
    if (files.length === 0 || this.#isNote) return true;
    this.#isAttaching = true;
    let words = this.dataset.unattached ?? "";
    try {
      const answer = await fetch(`${this.dataset.url}${id}/files/`, { method: "POST", headers: pageHeaders() });
      const told = await answer.json();
      words = told.detail ?? words;
      if (answer.status === 201) this.composer?.restore({ text: "", files: told.files }, "");
      if (answer.status === 201) return true;
    } catch {
      // No link, or no answer of ours: the words for it will do.
    } finally {
      this.#isAttaching = false;
    }
    this.composer?.problem(words);
    return false;
  }

  /** At the caret; what is selected stays as well. @param {string} text */
  #put(text) {
    const field = this.#field;
    const end = field.selectionEnd;
    field.setRangeText(text, end, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** A placeholder that nothing stands for is selected, and told of. @param {string} text @returns {boolean} whether there is one */
  #stop(text) {
    const found = firstUnfilled(text, this.#names);
    if (!found) return false;
    this.#field.focus();
    this.#field.setSelectionRange(found.start, found.end);
    this.composer?.problem((this.dataset.missing ?? "").replace("{name}", `{${found.name}}`));
    return true;
  }

  /** Before anybody takes it. @param {Event} event */
  #composed = (event) => {
    const { text } = /** @type {CustomEvent} */ (event).detail;
    if (this.#isAttaching) this.composer?.problem(this.dataset.attaching ?? "");
    if (this.#isAttaching || this.#stop(text)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    store.used(this.#used, this.dataset.used ?? "");
    this.#used = new Set();
  };
}

/** @param {Element} part @param {string} name */
function slot(part, name) {
  return /** @type {HTMLElement} */ (part.querySelector(`[data-${name}]`));
}

customElements.define("answer-templates", AnswerTemplates);
