/**
 * `<chat-composer draft-key="…" max-length="4000" upload-url="…">` around a textarea, a
 * `[data-send]` button, a `[data-attach]` button with an `input[type=file]`, and the include
 * `chat/_composer_parts.html` (files, problem line, words). Files are dropped on the nearest
 * `[data-drop]`. Set `uploadHeaders` to a function returning headers (CSRF token, bearer).
 *
 * Events, bubbling: `compose` (detail {text, files: FileRef[]}; cancel it to keep the draft),
 * `typing` (detail {on}).
 *
 * @typedef {import("./outbox.js").FileRef} FileRef
 * @typedef {{text: string, start: number, end: number, files: FileRef[]}} Draft
 */
import { isBlank } from "./blank.js";
import { keep } from "./keep.js";

const TYPING_EVERY_MS = 3000;
const TYPING_ENDS_MS = 5000;
const COUNT_FROM = 0.9;

/** The length the server counts: code points, with a line break as one. @param {string} text */
export function textLength(text) {
  return [...text.replaceAll("\r\n", "\n")].length;
}

/**
 * As the server writes it: «184 КБ», «11,4 МБ».
 * @param {number} bytes
 * @param {string} units the three words, e.g. "Б КБ МБ"
 */
export function sizeText(bytes, units) {
  const step = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  const digits = { maximumFractionDigits: step === 2 ? 1 : 0 };
  const number = (bytes / 1024 ** step).toLocaleString(document.documentElement.lang || "ru", digits);
  return `${number} ${units.split(" ")[step]}`;
}

/** Fills `{name}` places. @param {string} text @param {Record<string, string | number>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

export class ChatComposer extends HTMLElement {
  /** @type {() => Record<string, string> | Promise<Record<string, string>>} */
  uploadHeaders = () => ({});
  /** @type {Map<Element, FileRef | null>} rows of attached files; null while being uploaded or failed */
  #files = new Map();
  #isLoaded = false;
  #isTyping = false;
  #typedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingTimer;
  /** @type {AbortController | null} */
  #listening = null;

  connectedCallback() {
    this.field = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const picker = /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=file]"));
    this.field.addEventListener("input", this.#edited, { signal });
    this.field.addEventListener("keydown", this.#pressed, { signal });
    this.field.addEventListener("paste", this.#pasted, { signal });
    // The caret moves without an input event; keep it with the draft when the field is left.
    this.field.addEventListener("blur", () => this.#saveDraft(), { signal });
    addEventListener("pagehide", () => this.#saveDraft(), { signal });
    this.querySelector("[data-send]")?.addEventListener("click", () => this.send(), { signal });
    this.querySelector("[data-attach]")?.addEventListener("click", () => picker?.click(), { signal });
    picker?.addEventListener("change", () => {
      this.attach([...(picker.files ?? [])]);
      picker.value = "";
    }, { signal });
    this.#takeDrops(signal);
    keep.ready.then(() => signal.aborted || this.#loadDraft());
  }

  disconnectedCallback() {
    this.#listening?.abort();
    clearTimeout(this.#typingTimer);
  }

  get text() {
    return this.field?.value ?? "";
  }

  get maxLength() {
    return Number(this.getAttribute("max-length") ?? 4000);
  }

  /** @returns {FileRef[]} files that have arrived on the server */
  get files() {
    return /** @type {FileRef[]} */ ([...this.#files.values()].filter(Boolean));
  }

  get isUploading() {
    return this.querySelector("[data-file].is-uploading") !== null;
  }

  send() {
    if (!this.#canSend()) return;
    const detail = { text: this.text, files: this.files };
    // The listener puts the message into the outbox before the draft goes: at no moment is it nowhere.
    if (!this.dispatchEvent(new CustomEvent("compose", { detail, bubbles: true, cancelable: true }))) return;
    this.#typing(false);
    for (const [row, file] of this.#files) if (file) this.#removeFile(row);
    if (this.field) this.field.value = "";
    this.#changed();
    this.field?.focus();
  }

  /**
   * Gives a refused message back: before what has been written since, never instead of it.
   * @param {{text: string, files: FileRef[]}} message
   * @param {string} reason
   */
  restore({ text, files }, reason) {
    if (!this.field) return;
    this.field.value = this.text ? `${text}\n${this.text}` : text;
    for (const file of files) this.#showFile(file.name, file.size, file);
    this.#changed();
    this.problem(reason);
  }

  /** @param {string} text empty clears */
  problem(text) {
    const line = this.querySelector("[data-problem]");
    if (line) line.textContent = text;
  }

  /** @param {File[]} files */
  attach(files) {
    for (const file of files) this.#upload(file);
  }

  #canSend() {
    if (this.isUploading) {
      this.problem(this.#word("uploading"));
      return false;
    }
    const isEmpty = isBlank(this.text) && this.files.length === 0;
    return !isEmpty && textLength(this.text) <= this.maxLength;
  }

  #edited = () => {
    this.#changed();
    this.#typing(this.text.trim() !== "");
  };

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    // 229: Safari reports the Enter that ends an IME composition without isComposing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  };

  /** @param {ClipboardEvent} event */
  #pasted = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.attach(files);
  };

  /** @param {AbortSignal} signal */
  #takeDrops(signal) {
    const area = /** @type {HTMLElement} */ (this.closest("[data-drop]") ?? this);
    /** @param {DragEvent} event */
    const over = (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      area.classList.toggle("is-dropping", event.type === "dragover");
      if (event.type === "drop") this.attach([...event.dataTransfer.files]);
    };
    for (const name of ["dragover", "drop"]) area.addEventListener(name, /** @type {any} */ (over), { signal });
    area.addEventListener("dragleave", () => area.classList.remove("is-dropping"), { signal });
  }

  /** The field's look, its count and the draft follow what is in it. */
  #changed() {
    const field = this.field;
    if (!field) return;
    const count = textLength(field.value);
    const isTooLong = count > this.maxLength;
    field.setAttribute("aria-invalid", String(isTooLong));
    this.problem(isTooLong ? this.#word("tooLong", { count, max: this.maxLength }) : "");
    const counter = this.querySelector("[data-count]");
    if (counter) counter.textContent = count > this.maxLength * COUNT_FROM && !isTooLong ? `${count}/${this.maxLength}` : "";
    const isReady = (!isBlank(field.value) || this.files.length > 0) && !isTooLong;
    this.querySelector("[data-send]")?.classList.toggle("is-ready", isReady);
    this.fit();
    this.#saveDraft();
  }

  /** Grows the field with its text, where the browser's own `field-sizing` does not. */
  fit() {
    if (!this.field || CSS.supports("field-sizing", "content")) return;
    this.field.style.blockSize = "auto";
    this.field.style.blockSize = `${this.field.scrollHeight}px`;
  }

  #saveDraft() {
    const field = this.field;
    const key = this.getAttribute("draft-key");
    if (!field || !key || !this.#isLoaded) return;
    /** @type {Draft} */
    const draft = { text: field.value, start: field.selectionStart, end: field.selectionEnd, files: this.files };
    keep.set(`draft:${key}`, draft.text || draft.files.length ? draft : null);
  }

  #loadDraft() {
    const field = this.field;
    /** @type {Draft | null} */
    const draft = keep.get(`draft:${this.getAttribute("draft-key")}`);
    this.#isLoaded = true;
    if (!field || !draft) return this.#changed();
    // The field may have been typed into before this module arrived: then the draft comes first.
    const typed = field.value === draft.text ? "" : field.value;
    field.value = draft.text + typed;
    for (const file of draft.files) this.#showFile(file.name, file.size, file);
    field.setSelectionRange(typed ? field.value.length : draft.start, typed ? field.value.length : draft.end);
    this.#changed();
  }

  /** @param {boolean} on */
  #typing(on) {
    clearTimeout(this.#typingTimer);
    if (on) this.#typingTimer = setTimeout(() => this.#typing(false), TYPING_ENDS_MS);
    const isNews = on !== this.#isTyping || (on && Date.now() - this.#typedAt > TYPING_EVERY_MS);
    if (!isNews) return;
    this.#isTyping = on;
    this.#typedAt = Date.now();
    this.dispatchEvent(new CustomEvent("typing", { detail: { on }, bubbles: true }));
  }

  /** @param {File} file */
  async #upload(file) {
    const row = this.#showFile(file.name, file.size, null);
    const limit = Number(this.getAttribute("max-file-size") ?? 0);
    if (limit && file.size > limit) {
      return this.#fail(row, this.#word("tooBig", { limit: sizeText(limit, this.#word("units")) }));
    }
    row.classList.add("is-uploading");
    const request = new XMLHttpRequest();
    row.querySelector("[data-remove]")?.addEventListener("click", () => request.abort());
    request.upload.onprogress = (event) => showProgress(row, event.loaded / event.total);
    request.onload = () => this.#uploaded(row, request);
    request.onerror = () => this.#fail(row, this.#word("failed"), () => {
      this.#removeFile(row);
      this.#upload(file);
    });
    request.open("POST", this.getAttribute("upload-url") ?? "");
    try {
      for (const [name, value] of Object.entries(await this.uploadHeaders())) request.setRequestHeader(name, value);
    } catch {
      return request.onerror(/** @type {any} */ (null));
    }
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  }

  /** @param {HTMLElement} row @param {XMLHttpRequest} request */
  #uploaded(row, request) {
    /** @type {any} */
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // A proxy's own error page is not JSON: the general words will do.
    }
    if (request.status !== 201) return this.#fail(row, answer.detail ?? this.#word("failed"));
    row.classList.remove("is-uploading");
    this.#files.set(row, { id: answer.id, name: answer.name, size: answer.size });
    this.#changed();
  }

  /**
   * @param {string} name
   * @param {number} size
   * @param {FileRef | null} file
   */
  #showFile(name, size, file) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector("template[data-file-row]"));
    const clone = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const row = /** @type {HTMLElement} */ (clone.firstElementChild);
    /** @type {HTMLElement} */ (row.querySelector("[data-name]")).textContent = name;
    /** @type {HTMLElement} */ (row.querySelector("[data-size]")).textContent = sizeText(size, this.#word("units"));
    const remove = /** @type {HTMLElement} */ (row.querySelector("[data-remove]"));
    remove.setAttribute("aria-label", fill(remove.getAttribute("aria-label") ?? "", { name }));
    remove.addEventListener("click", () => {
      this.#removeFile(row);
      this.#changed();
      this.field?.focus();
    });
    this.querySelector("[data-files]")?.append(row);
    this.#files.set(row, file);
    return row;
  }

  /** @param {Element} row */
  #removeFile(row) {
    this.#files.delete(row);
    row.remove();
  }

  /**
   * The other files stay; this one says why it failed.
   * @param {HTMLElement} row
   * @param {string} reason
   * @param {() => void} [again]
   */
  #fail(row, reason, again) {
    row.classList.remove("is-uploading");
    row.classList.add("is-failed");
    /** @type {HTMLElement} */ (row.querySelector("[data-state]")).textContent = reason;
    const retry = /** @type {HTMLElement | null} */ (row.querySelector("[data-retry]"));
    if (!again || !retry) return;
    retry.hidden = false;
    retry.addEventListener("click", again, { once: true });
  }

  /** @param {string} name @param {Record<string, string | number>} [values] */
  #word(name, values = {}) {
    const line = /** @type {HTMLElement | null} */ (this.querySelector("[data-problem]"));
    return fill(line?.dataset[name] ?? "", values);
  }
}

/** @param {Element} row @param {number} share 0 to 1 */
function showProgress(row, share) {
  const bar = row.querySelector("progress");
  if (bar) bar.value = share;
}

customElements.define("chat-composer", ChatComposer);
