/**
 * `<chat-composer draft-key="…" max-length="4000" max-files="10" upload-url="…"
 * pieces-url="…">` around a
 * textarea, a `[data-send]` button, a `[data-attach]` button with an `input[type=file]`, and the
 * include `shared/_composer_parts.html` (files, problem line, words). Files are dropped anywhere on
 * the page; the nearest `[data-drop]` shows it. Set `uploadHeaders` to a function returning headers
 * (CSRF token, bearer), `refusesFiles` to words where files are of no use, `mode` to a function
 * returning what to keep beside the draft, and `fillCard` to one that shows a link card in its row. `file-kinds` names the kinds that are taken, none for all,
 * `kind-names` (JSON) what each is called, and `refuses-files` says why no file is.
 *
 * A draft belongs to its person, not to a tab: typing changes it, and nothing else; every tab shows
 * what it is; what is sent in one is sent in all.
 *
 * While a message is being changed (`correct`), it is in the field, and the draft waits as it was.
 *
 * Events, bubbling: `correction` (detail {said, resolve, reject}: ask the server), `correctlast`
 * (cancel it where there is one to change), `compose` (detail {text, files: FileRef[], quote}; cancel it to keep the draft),
 * `typing` (detail {on}), `draft` (detail {mode}: another is shown now), `dropped`; of the document,
 * `nodrop`: files were dropped, and there is no composer.
 *
 * @typedef {import("./carried.js").Carried} Carried
 * @typedef {import("./keep.js").Kept} Kept
 * @typedef {import("./outbox.js").FileRef} FileRef
 * @typedef {import("./quotes.js").Quote} Quote
 * @typedef {Omit<import("./message-changes.js").Said, "changed"> & {changed?: string | null}} Said
 * @typedef {{text: string, start: number, end: number, files: FileRef[], mode?: string, quote?: Quote}} Draft
 */
import { isBlank } from "./blank.js";
import { droppedFiles, pastedFiles } from "./carried.js";
import { kindOf } from "./file-kinds.js";
import { PASSING } from "./connection.js";
import { keep } from "./keep.js";
import { keepWhile, takeOver } from "./kept-files.js";
import { isComposing, isTouch } from "./system.js";
import { goesInPieces, upload } from "./uploads.js";

const TYPING_EVERY_MS = 3000;
const TYPING_ENDS_MS = 5000;
const COUNT_FROM = 0.9;
const THUMB_PX = 96;
// Who is typing in this tab is not disturbed by another.
const QUIET_MS = 1000;
/** @type {Draft} */
const NOTHING = { text: "", start: 0, end: 0, files: [], mode: "" };
// Refused for what they are, by our own server: no second try will change that.
const REFUSED_FOR_GOOD = new Set([400, 413, 415, 422]);
// By what stands before a server that is away, as by no answer at all: it goes once the link is back.
const AWAY = new Set([502, 503, 504]);

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
  refusesFiles = "";
  mode = () => "";
  /** Shows what a link card among the files leads to. @type {(row: HTMLElement, link: import("./outbox.js").LinkCard) => void} */
  fillCard = () => {};
  /** @type {Map<HTMLElement, FileRef | null>} rows of attached files; null while being uploaded or failed */
  #files = new Map();
  /** What ends the sending of a row. @type {WeakMap<HTMLElement, () => void>} */
  #cancels = new WeakMap();
  /** Whom it is told that it is over. @type {WeakMap<HTMLElement, () => void>} */
  #overs = new WeakMap();
  /** What is answered to. @type {Quote | undefined} */
  #quote;
  /** Which message stands in the field to be changed, while what was being written waits. @type {Said | null} */
  #said = null;
  #isCorrecting = false;
  #isLoaded = false;
  #isComposing = false;
  /** When the draft that is shown was kept. */
  #keptAt = 0;
  #changedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #following;
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
    for (const type of ["compositionstart", "compositionend"]) {
      this.field.addEventListener(type, () => (this.#isComposing = type === "compositionstart"), { signal });
    }
    this.field.addEventListener("blur", () => this.#saveCaret(), { signal });
    addEventListener("pagehide", () => this.#left(), { signal });
    this.field.enterKeyHint = isTouch() ? "enter" : "send";
    this.querySelector("[data-send]")?.addEventListener("click", () => this.send(), { signal });
    this.querySelector("[data-attach]")?.addEventListener("click", () => picker?.click(), { signal });
    picker?.addEventListener("change", () => {
      this.attach([...(picker.files ?? [])]);
      picker.value = "";
    }, { signal });
    this.querySelector("[data-uncorrect]")?.addEventListener("click", () => this.endCorrection(), { signal });
    this.querySelector("[data-unquote]")?.addEventListener("click", () => this.quote(undefined), { signal });
    keep.ready.then(() => signal.aborted || this.#loadDraft());
    keep.ready.then(() => takeOver(this.#key, (file) => this.#begin(file), signal));
    keep.follow(this.#key, this.#follow, signal);
  }

  disconnectedCallback() {
    this.#keepCorrection();
    this.#listening?.abort();
    clearTimeout(this.#typingTimer);
    clearTimeout(this.#following);
  }

  get text() {
    return this.field?.value ?? "";
  }

  get maxLength() {
    return Number(this.getAttribute("max-length") ?? 4000);
  }

  /** @returns {FileRef[]} files that lie on the server */
  get files() {
    return this.#refs.filter(({ isGone }) => !isGone);
  }

  /** @returns {Draft | null} what was kept last, shown yet or not */
  get draft() {
    return keep.get(this.#key);
  }

  get #key() {
    return `draft:${this.getAttribute("draft-key")}`;
  }

  get #refs() {
    return /** @type {FileRef[]} */ ([...this.#files.values()].filter(Boolean));
  }

  get isUploading() {
    return this.querySelector("[data-file].is-uploading") !== null;
  }

  send() {
    if (this.#said) return this.#sendCorrection(this.#said);
    if (!this.#canSend()) return;
    const detail = { text: this.text, files: this.files, quote: this.#quote };
    // The listener puts the message into the outbox before the draft goes: at no moment is it nowhere.
    if (!this.dispatchEvent(new CustomEvent("compose", { detail, bubbles: true, cancelable: true }))) return;
    this.#typing(false);
    for (const [row, file] of this.#files) if (file && !file.isGone) this.#removeFile(row);
    if (this.field) this.field.value = "";
    this.#quote = undefined;
    this.save();
    this.field?.focus();
  }

  /** What was said comes into the field, to be changed. @param {Said} said */
  correct(said) {
    if (!this.field) return;
    this.#typing(false);
    this.#said = said;
    this.field.value = said.text;
    this.#look();
    this.field.focus();
    this.field.setSelectionRange(said.text.length, said.text.length);
  }

  /** What was being written before is in the field again. */
  endCorrection() {
    if (!this.#said) return;
    this.#said = null;
    const kept = keep.find(this.#key);
    /** @type {Draft} */
    const draft = kept?.value ?? NOTHING;
    // Files dropped meanwhile are for the draft.
    const files = this.#refs;
    this.#keptAt = kept?.at ?? 0;
    this.#show({ ...draft, files: [...draft.files, ...files] });
    this.#tellMode(draft);
    if (files.length > draft.files.length) this.save();
    this.field?.focus();
  }

  /** The page goes, or is rendered anew: words that no message has got yet are a draft. */
  #keepCorrection() {
    const said = this.#said;
    const { text } = this;
    if (!said || isBlank(text) || text === said.text) return;
    /** @type {Draft} */
    const draft = this.draft ?? NOTHING;
    const kept = draft.text ? `${text}\n${draft.text}` : text;
    keep.set(this.#key, { ...draft, text: kept, start: kept.length, end: kept.length });
    this.#said = null;
  }

  /** What is written before the draft has come, shared/early.js gives back to the next page. */
  #keepEarly() {
    try {
      if (this.text) sessionStorage.setItem(`early:${this.getAttribute("draft-key")}`, this.text);
    } catch {
      // A third-party frame may be refused any storage.
    }
  }

  #left() {
    this.#keepCorrection();
    if (!this.#isLoaded) this.#keepEarly();
    this.#saveCaret();
  }

  /** A message was not deleted. @param {import("./connection.js").Refusal} refusal */
  refused({ code, detail }) {
    this.problem(code === "disconnected" ? this.#word("retractionOffline") : detail);
  }

  /** Nothing that was typed is lost. @param {import("./connection.js").Refusal} refusal */
  #correctionRefused({ code, detail }) {
    const said = this.#said;
    if (!said || !this.field) return;
    if (code === "conflict") {
      // Sent again, it goes over whatever else was put there.
      delete said.changed;
      return this.problem(detail);
    }
    if (code === "disconnected") return this.problem(this.#word("correctionOffline"));
    if (PASSING.has(code) || code === "invalid" || code === "too_large") return this.problem(detail);
    const { text } = this;
    this.endCorrection();
    this.restore({ text, files: [] }, detail);
  }

  /** @param {Said} said */
  #sendCorrection(said) {
    const { text } = this;
    if (this.#isCorrecting || textLength(text) > this.maxLength) return;
    if (isBlank(text) && said.text) return this.problem(this.#word("correctionBlank"));
    if (text === said.text) return this.endCorrection();
    this.#isCorrecting = true;
    /** @type {Promise<unknown>} */
    const asked = new Promise((resolve, reject) => {
      const detail = { said: { ...said, text }, resolve, reject };
      this.dispatchEvent(new CustomEvent("correction", { detail, bubbles: true }));
    });
    asked
      .then(() => this.#said === said && this.endCorrection(), (refusal) => this.#said === said && this.#correctionRefused(refusal))
      .finally(() => (this.#isCorrecting = false));
  }

  /** @param {Quote | undefined} quote what is answered to from now on; nothing */
  quote(quote) {
    if (quote) this.endCorrection();
    this.#quote = quote;
    this.save();
    this.field?.focus();
  }

  /**
   * Gives a refused message back: before what has been written since, never instead of it.
   * @param {{text: string, files: FileRef[], quote?: Quote}} message
   * @param {string} reason
   */
  restore({ text, files, quote }, reason) {
    if (!this.field) return;
    this.#quote ??= quote;
    this.field.value = text && this.text ? `${text}\n${this.text}` : text || this.text;
    for (const file of files) this.#showKept(file);
    this.save();
    const gone = files.filter(({ isGone }) => isGone).map(({ name }) => `«${name}»`);
    this.problem(gone.length ? this.#word("gone", { names: gone.join(", ") }) : reason);
  }

  /** @param {string} text empty clears */
  problem(text) {
    const line = this.querySelector("[data-problem]");
    if (line) line.textContent = text;
  }

  /** @param {File[]} files @param {string[]} [folders] their names */
  attach(files, folders = []) {
    const refusal = this.refusesFiles || this.getAttribute("refuses-files");
    if (refusal) return this.problem(refusal);
    for (const file of files) {
      const sending = this.#begin(file);
      if (goesInPieces(file, this.#place) && file.size <= this.#maxFileSize) keepWhile(this.#key, file, sending);
    }
    for (const name of folders) this.#fail(this.#showFile(name, null, null), this.#word("folder"));
  }

  /** The draft is what is here now: somebody has changed it. */
  save() {
    this.#look();
    if (!this.field || !this.#isLoaded || this.#said) return;
    this.#changedAt = Date.now();
    const { value, selectionStart, selectionEnd } = this.field;
    /** @type {Draft} */
    const draft = { text: value, start: selectionStart, end: selectionEnd, files: this.#refs, mode: this.mode(), quote: this.#quote };
    const isThere = draft.text || draft.files.length || draft.mode || draft.quote;
    this.#keptAt = keep.set(this.#key, isThere ? draft : null);
  }

  /** The link is back: what failed for want of it is tried again. */
  uploadAgain() {
    for (const row of this.#rows(".is-waiting")) /** @type {HTMLElement} */ (row.querySelector("[data-retry]")).click();
  }

  /** @param {string} kind @returns {HTMLElement[]} */
  #rows(kind) {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(`[data-file]${kind}`))];
  }

  #canSend() {
    if (this.isUploading || this.#rows(".is-waiting").length) {
      this.problem(this.#word("uploading"));
      return false;
    }
    if (this.files.filter(({ link }) => !link).length > this.#maxFiles) {
      this.problem(this.#word("tooMany", { max: this.#maxFiles }));
      return false;
    }
    const isEmpty = isBlank(this.text) && this.files.length === 0;
    return !isEmpty && textLength(this.text) <= this.maxLength;
  }

  static observedAttributes = ["max-file-size", "file-kinds"];

  /** Told before anything is chosen. */
  attributeChangedCallback() {
    const button = /** @type {HTMLElement | null} */ (this.querySelector("[data-attach][data-limits]"));
    if (!button) return;
    const size = sizeText(Number(this.getAttribute("max-file-size")), this.#word("units"));
    const { limits = "", limitsOfKinds = "" } = button.dataset;
    button.title = fill(this.#kinds.length ? limitsOfKinds : limits, { size, kinds: this.#named(this.#kinds) });
  }

  get #maxFiles() {
    return Number(this.getAttribute("max-files") ?? Infinity);
  }

  #edited = () => {
    this.save();
    if (!this.#said) this.#typing(this.text.trim() !== "");
  };

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (event.key === "Escape" && this.#said && !isComposing(event)) {
      event.stopPropagation();
      return this.endCorrection();
    }
    if (event.key === "Escape" && this.#quote && !isComposing(event)) {
      // Of what else Esc would close, nothing.
      event.stopPropagation();
      return this.quote(undefined);
    }
    if (event.key === "ArrowUp" && this.#isEmpty && !isComposing(event)) {
      const asked = new CustomEvent("correctlast", { bubbles: true, cancelable: true });
      if (!this.dispatchEvent(asked)) event.preventDefault();
      return undefined;
    }
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    if (isTouch() && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.send();
  };

  /** @param {ClipboardEvent} event */
  #pasted = (event) => {
    if (!event.clipboardData) return;
    const { files, folders } = pastedFiles(event.clipboardData);
    if (files.length + folders.length === 0) return;
    event.preventDefault();
    this.attach(files, folders);
  };

  /** The field's look and its count follow what is in it. */
  #look() {
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
    this.#showQuote();
    this.#showCorrection();
    this.fit();
  }

  get #isEmpty() {
    return !this.#said && !this.text && !this.#quote && this.#refs.length === 0;
  }

  #showCorrection() {
    this.classList.toggle("is-correcting", this.#said !== null);
    const bar = /** @type {HTMLElement | null} */ (this.querySelector("[data-correcting]"));
    if (bar) bar.hidden = !this.#said;
  }

  #showQuote() {
    const bar = /** @type {HTMLElement | null} */ (this.querySelector("[data-quoting]"));
    if (!bar) return;
    bar.hidden = !this.#quote || this.#said !== null;
    /** @type {Element} */ (bar.querySelector("[data-quoted-author]")).textContent = this.#quote?.author ?? "";
    /** @type {Element} */ (bar.querySelector("[data-quoted-text]")).textContent = this.#quote?.text ?? "";
  }

  /** Grows the field with its text, where the browser's own `field-sizing` does not. */
  fit() {
    if (!this.field || CSS.supports("field-sizing", "content")) return;
    this.field.style.blockSize = "auto";
    this.field.style.blockSize = `${this.field.scrollHeight}px`;
  }

  #loadDraft() {
    const { field } = this;
    if (!field) return;
    const kept = keep.find(this.#key);
    /** @type {Draft} */
    const draft = kept?.value ?? NOTHING;
    // The field may have been typed into before this module arrived: then the draft comes first.
    const typed = field.value === draft.text ? "" : field.value;
    const { selectionStart, selectionEnd } = field;
    const given = this.#refs;
    const asked = this.#quote;
    this.#isLoaded = true;
    this.#keptAt = kept?.at ?? 0;
    this.#show({ ...draft, text: draft.text + typed, files: [...draft.files, ...given], quote: asked ?? draft.quote });
    if (kept?.value) this.#tellMode(draft);
    const caret = recallCaret(this.#key, draft);
    if (typed) field.setSelectionRange(draft.text.length + selectionStart, draft.text.length + selectionEnd);
    else if (draft.text) field.setSelectionRange(caret.start, caret.end);
    if (typed || given.length || asked || this.mode() !== (draft.mode ?? "")) this.save();
  }

  /** What another tab made of the draft. @param {Kept} kept */
  #follow = (kept) => {
    clearTimeout(this.#following);
    // What is in the field is no draft: theirs is shown when that is done.
    if (!this.#isLoaded || this.#said || kept.at <= this.#keptAt) return;
    const quietIn = this.#isComposing ? QUIET_MS : this.#changedAt + QUIET_MS - Date.now();
    if (quietIn > 0) {
      this.#following = setTimeout(this.#follow, Math.min(quietIn, QUIET_MS), kept);
      return;
    }
    this.#keptAt = kept.at;
    this.#show(kept.value ?? NOTHING);
    this.#tellMode(kept.value ?? NOTHING);
  };

  /** @param {Draft} draft */
  #show(draft) {
    const { field } = this;
    if (field && field.value !== draft.text) {
      field.value = draft.text;
      if (field === document.activeElement) field.setSelectionRange(draft.start, draft.end);
    }
    this.#quote = draft.quote;
    const ids = new Set(draft.files.map(({ id }) => id));
    for (const [row, file] of this.#files) if (file && !ids.has(file.id)) this.#removeFile(row);
    for (const file of draft.files) this.#showKept(file);
    this.#look();
  }

  /** @param {Draft} draft */
  #tellMode({ mode = "" }) {
    this.dispatchEvent(new CustomEvent("draft", { detail: { mode }, bubbles: true }));
  }

  /** The caret moves without an input event, and each tab has its own. */
  #saveCaret() {
    if (!this.field || !this.#isLoaded) return;
    const { value, selectionStart, selectionEnd } = this.field;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ of: value.length, start: selectionStart, end: selectionEnd }));
    } catch {
      // Then it is where the last letter was typed.
    }
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

  /** @param {File} file @returns {Promise<void>} until it need not be sent any more */
  #begin(file) {
    const row = this.#showFile(file.name, file.size, null);
    showThumb(row, file);
    return new Promise((resolve) => {
      this.#overs.set(row, () => resolve());
      this.#upload(file, row);
    });
  }

  /** @param {File} file @param {HTMLElement} row */
  async #upload(file, row) {
    const again = () => {
      row.classList.remove("is-failed", "is-waiting");
      this.#say(row, "");
      this.#upload(file, row);
    };
    const limit = this.#maxFileSize;
    if (limit && file.size > limit) {
      return this.#fail(row, this.#word("tooBig", { limit: sizeText(limit, this.#word("units")) }));
    }
    const kind = kindOf(file);
    const taken = this.#kinds;
    if (kind && taken.length && !taken.includes(kind)) {
      return this.#fail(row, this.#word("otherKind", { kinds: this.#named(taken) }));
    }
    if (this.querySelectorAll("[data-file]:not(.is-failed)").length > this.#maxFiles) {
      return this.#fail(row, this.#word("tooMany", { max: this.#maxFiles }), again);
    }
    row.classList.add("is-uploading");
    try {
      // What can not be read looks like a lost link to the request: a folder, a file moved since.
      await file.slice(0, 1).arrayBuffer();
    } catch {
      return this.#fail(row, this.#word("unreadable"), again);
    }
    if (!this.#files.has(row)) return;
    this.#cancels.set(row, upload(file, this.#place, {
      progress: (share) => showProgress(row, share),
      came: (ref) => this.#came(row, ref),
      refused: (status, detail) => this.#refused(row, status, detail, again),
      lost: () => this.#wait(row, this.#word("failed"), again),
    }));
  }

  /** @returns {import("./uploads.js").Place} */
  get #place() {
    return {
      url: this.getAttribute("upload-url") ?? "",
      piecesUrl: this.getAttribute("pieces-url") ?? "",
      client: /** @type {HTMLElement | null} */ (this.querySelector("[data-files]"))?.dataset.client ?? "",
      headers: () => this.uploadHeaders(),
    };
  }

  get #maxFileSize() {
    return Number(this.getAttribute("max-file-size") ?? 0);
  }

  /** @param {HTMLElement} row @param {FileRef} file */
  #came(row, file) {
    this.#cancels.delete(row);
    this.#overs.get(row)?.();
    row.classList.remove("is-uploading");
    if (!this.isConnected) return this.#handOver(file);
    this.#files.set(row, file);
    return this.save();
  }

  /** Another conversation was opened meanwhile: the draft of this one is not the field's any more. @param {FileRef} file */
  #handOver(file) {
    const composers = /** @type {NodeListOf<ChatComposer>} */ (document.querySelectorAll("chat-composer"));
    const live = [...composers].find((one) => one.#key === this.#key);
    if (live) return live.adopt(file);
    const draft = this.draft ?? NOTHING;
    keep.set(this.#key, { ...draft, files: [...draft.files, file] });
  }

  /** A file of this draft that has come to the server. @param {FileRef} file */
  adopt(file) {
    this.#showKept(file);
    this.save();
  }

  /** @param {HTMLElement} row @param {number} status @param {string | undefined} detail @param {() => void} again */
  #refused(row, status, detail, again) {
    // Who is signed out is led to the page for signing in, which is no answer to an upload.
    const known = this.#word(`failed-${status < 400 ? 401 : status}`);
    const reason = detail ?? (known || this.#word("refused", { status }));
    if (AWAY.has(status)) return this.#wait(row, reason, again);
    return this.#fail(row, reason, detail && REFUSED_FOR_GOOD.has(status) ? undefined : again);
  }

  /** @param {FileRef} file one that is shown stays as it is, unless it is gone now */
  #showKept(file) {
    const [row, shown] = [...this.#files].find(([, one]) => one?.id === file.id) ?? [];
    if (row && shown?.isGone === file.isGone) return;
    if (row) this.#removeFile(row);
    const fresh = this.#showFile(file.name, file.size, file);
    if (file.isGone) this.#fail(fresh, this.#word("isGone"));
  }

  /**
   * @param {string} name
   * @param {number | null} size
   * @param {FileRef | null} file
   */
  #showFile(name, size, file) {
    const template = /** @type {HTMLTemplateElement} */ (this.querySelector(file?.link ? "template[data-card-row]" : "template[data-file-row]"));
    const clone = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const row = /** @type {HTMLElement} */ (clone.firstElementChild);
    /** @type {HTMLElement} */ (row.querySelector("[data-name]")).textContent = name;
    if (file?.link) this.fillCard(row, file.link);
    else /** @type {HTMLElement} */ (row.querySelector("[data-size]")).textContent = size === null ? "" : sizeText(size, this.#word("units"));
    const remove = /** @type {HTMLElement} */ (row.querySelector("[data-remove]"));
    remove.setAttribute("aria-label", fill(remove.getAttribute("aria-label") ?? "", { name }));
    remove.addEventListener("click", () => {
      this.#removeFile(row);
      this.save();
      this.field?.focus();
    });
    this.querySelector("[data-files]")?.append(row);
    this.#files.set(row, file);
    return row;
  }

  /** @param {HTMLElement} row */
  #removeFile(row) {
    this.#cancels.get(row)?.();
    this.#overs.get(row)?.();
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
    if (!again) this.#overs.get(row)?.();
    this.#say(row, reason, again);
  }

  /** @param {HTMLElement} row @param {string} reason @param {() => void} [again] */
  #say(row, reason, again) {
    /** @type {HTMLElement} */ (row.querySelector("[data-state]")).textContent = reason;
    const retry = /** @type {HTMLElement | null} */ (row.querySelector("[data-retry]"));
    if (!retry) return;
    retry.hidden = !again;
    retry.onclick = again ?? null;
  }

  /** @param {HTMLElement} row @param {string} reason @param {() => void} again */
  #wait(row, reason, again) {
    this.#fail(row, reason, again);
    row.classList.add("is-waiting");
  }

  get #kinds() {
    return (this.getAttribute("file-kinds") ?? "").split(" ").filter(Boolean);
  }

  /** @param {string[]} kinds */
  #named(kinds) {
    const names = JSON.parse(this.getAttribute("kind-names") ?? "{}");
    return kinds.map((kind) => names[kind] ?? kind).join(", ");
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

/** What the browser takes for a picture, small: drawn, and so without an address. @param {Element} row @param {File} file */
async function showThumb(row, file) {
  const canvas = /** @type {HTMLCanvasElement | null} */ (row.querySelector("[data-thumb]"));
  if (!canvas || !file.type.startsWith("image/")) return;
  try {
    const picture = await createImageBitmap(file, { resizeWidth: THUMB_PX, resizeQuality: "medium" });
    Object.assign(canvas, { width: picture.width, height: picture.height, hidden: false });
    canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
  } catch {
    // No picture after all, or none that this browser knows: the name will do.
  }
}

/** @param {string} key @param {Draft} draft @returns {{start: number, end: number}} */
function recallCaret(key, draft) {
  try {
    const caret = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return caret?.of === draft.text.length ? caret : draft;
  } catch {
    return draft;
  }
}

/** Wherever on the page: a browser that is left alone would leave the page for the file. @param {DragEvent} event */
function dragged(event) {
  const data = event.dataTransfer;
  if (!data?.types.includes("Files")) return;
  event.preventDefault();
  const composer = /** @type {ChatComposer | null} */ (document.querySelector("chat-composer"));
  const isLeaving = event.type === "dragleave" && event.relatedTarget === null;
  if (event.type !== "dragleave" || isLeaving) {
    composer?.closest("[data-drop]")?.classList.toggle("is-dropping", event.type === "dragover");
  }
  if (event.type !== "drop") return;
  if (!composer) return void document.dispatchEvent(new CustomEvent("nodrop"));
  const { files, folders } = droppedFiles(data);
  composer.attach(files, folders);
  composer.dispatchEvent(new CustomEvent("dropped", { bubbles: true }));
}

for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, /** @type {any} */ (dragged));

customElements.define("chat-composer", ChatComposer);
