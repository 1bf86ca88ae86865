// The first script of a page whose parts come by themselves. What is pressed, written or dropped in
// `data-within` before the part behind it works is done as soon as it does, in the same order; a script
// that does not load is asked for again, and the page's `[data-not-loaded]` says so meanwhile. The page
// tells that it works by the event `alive`. No module: those run only after the page can be pressed.
(() => {
  const { within = "", keepsErrors } = /** @type {HTMLScriptElement} */ (document.currentScript).dataset;
  const FIRST_MS = 500;
  const LAST_MS = 15000;
  // Most browsers remember for as long as the page lives that a module did not load.
  const RELOAD_AFTER = 4;
  /** @type {(() => void)[]} */
  let deeds = [];
  /** @type {Set<HTMLElement>} */
  const pressed = new Set();
  /** @type {Set<HTMLInputElement | HTMLTextAreaElement>} */
  const written = new Set();
  /** @type {Set<string>} */
  const missing = new Set();
  /** @type {WeakMap<HTMLTextAreaElement, string>} what of each field's text has been sent already */
  const sent = new WeakMap();
  let isAlive = false;
  let isParsed = false;
  const listening = new AbortController();
  const { signal } = listening;

  if (keepsErrors !== undefined) keepErrors();

  /** Of this page alone, for a person to see and send if they agree (widget/snapshots.js). */
  function keepErrors() {
    const MOST = 20;
    /** @type {string[]} */
    const errors = [];
    let last = "";
    /** @param {string} words */
    const keep = (words) => {
      if (words === last) return;
      last = words;
      errors.push(`${new Date().toLocaleTimeString("ru")} ${words}`);
      if (errors.length > MOST) errors.shift();
    };
    /** @type {any} */ (window).sphaeraErrors = errors;
    addEventListener("error", ({ message, filename, lineno }) => message && keep(`${message} (${filename.split("/").pop()}:${lineno})`));
    addEventListener("unhandledrejection", ({ reason }) => keep(`${reason?.message ?? reason}`));
  }

  /** @param {string} type @param {(event: any, target: Element) => void} act */
  function hear(type, act) {
    addEventListener(type, (event) => {
      if (event.target instanceof Element && event.target.closest(within)) act(event, event.target);
    }, { capture: true, signal });
  }

  /** @param {Event} event @param {Element | null} button @param {() => void} deed */
  function hold(event, button, deed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    deeds.push(deed);
    if (!(button instanceof HTMLElement)) return;
    button.classList.add("is-busy");
    pressed.add(button);
  }

  /** What stands in the field now, not what may be written after it. @param {Event} event @param {Element} composer */
  function holdMessage(event, composer) {
    const field = /** @type {HTMLTextAreaElement} */ (composer.querySelector("textarea"));
    const button = /** @type {HTMLElement} */ (composer.querySelector("[data-send]"));
    const before = sent.get(field) ?? "";
    const text = field.value.startsWith(before) ? field.value.slice(before.length) : field.value;
    sent.set(field, field.value);
    hold(event, button, () => {
      if (!field.value.startsWith(text)) return;
      const rest = field.value.slice(text.length);
      field.value = text;
      button.click();
      field.value += rest;
      written.add(field);
    });
  }

  /** @param {Iterable<File>} files for the composer to find @param {Element | null} composer */
  function keepFiles(files, composer) {
    const picker = /** @type {HTMLInputElement | null | undefined} */ (composer?.querySelector("input[type=file]"));
    if (!picker) return;
    const all = new DataTransfer();
    for (const file of [...(picker.files ?? []), ...files]) all.items.add(file);
    picker.files = all.files;
  }

  hear("click", (event, target) => {
    const button = /** @type {HTMLButtonElement | null} */ (target.closest("button"));
    if (!button) return;
    const composer = button.closest("chat-composer");
    if (composer && button.matches("[data-send]")) return holdMessage(event, composer);
    // Only a press opens the choice of files: later would be too late.
    if (composer && button.matches("[data-attach]")) {
      return /** @type {HTMLInputElement | null} */ (composer.querySelector("input[type=file]"))?.click();
    }
    hold(event, button, () => button.click());
  });

  hear("keydown", (event, target) => {
    const composer = target.closest("chat-composer");
    const isSending = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
    // On a touch screen it begins a line.
    if (composer && isSending && target.matches("textarea") && !matchMedia("(pointer: coarse)").matches) holdMessage(event, composer);
  });

  hear("submit", (event, form) => {
    const { submitter } = event;
    hold(event, submitter, () => /** @type {HTMLFormElement} */ (form).requestSubmit(submitter));
  });

  hear("input", (_, field) => written.add(/** @type {HTMLInputElement} */ (field)));

  hear("paste", (event, target) => {
    if (event.clipboardData.types.includes("text/plain") || !event.clipboardData.files.length) return;
    event.preventDefault();
    keepFiles(event.clipboardData.files, target.closest("chat-composer"));
  });

  for (const type of ["dragover", "drop"]) {
    addEventListener(type, (event) => {
      const { dataTransfer } = /** @type {DragEvent} */ (event);
      if (!dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      if (type === "drop") keepFiles(dataTransfer.files, document.querySelector("chat-composer"));
    }, { capture: true, signal });
  }

  function begin() {
    if (!isAlive || !isParsed || missing.size || signal.aborted) return;
    listening.abort();
    tell(false);
    for (const button of pressed) button.classList.remove("is-busy");
    for (const picker of document.querySelectorAll(`:is(${within}) input[type=file]`)) {
      if (/** @type {HTMLInputElement} */ (picker).files?.length) picker.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const all = deeds;
    deeds = [];
    for (const deed of all) deed();
    giveBack();
    for (const field of written) if (field.value) field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A page that goes before its scripts have come

  /** @param {(field: HTMLTextAreaElement, key: string) => void} act */
  function eachField(act) {
    for (const composer of document.querySelectorAll("chat-composer[draft-key]")) {
      const field = composer.querySelector("textarea");
      if (field) act(field, `early:${composer.getAttribute("draft-key")}`);
    }
  }

  addEventListener("pagehide", () => {
    try {
      eachField((field, key) => field.value && sessionStorage.setItem(key, field.value));
    } catch {
      // A third-party frame may be refused any storage.
    }
  }, { signal });

  function giveBack() {
    try {
      eachField((field, key) => {
        const text = sessionStorage.getItem(key);
        if (!text) return;
        sessionStorage.removeItem(key);
        field.value = text + field.value;
        written.add(field);
      });
    } catch {
      // Nothing was kept, then.
    }
  }

  // Scripts that do not load

  /** @param {boolean} isMissing */
  function tell(isMissing) {
    for (const line of document.querySelectorAll("[data-not-loaded]")) line.toggleAttribute("hidden", !isMissing);
  }

  let attempt = 0;

  /** @param {HTMLScriptElement} script */
  function again(script) {
    const fresh = document.createElement("script");
    fresh.type = script.type;
    fresh.src = script.src;
    script.replaceWith(fresh);
  }

  addEventListener("error", ({ target: script }) => {
    if (!(script instanceof HTMLScriptElement) || !script.src.startsWith(`${location.origin}/`)) return;
    missing.add(script.src);
    tell(true);
    attempt += 1;
    const wait = Math.min(LAST_MS, FIRST_MS * 2 ** attempt) * Math.random();
    const next = () => setTimeout(() => (attempt % RELOAD_AFTER ? again(script) : location.reload()), FIRST_MS + wait);
    // Some scripts begin their work with an event of the page, or when it is complete.
    if (document.readyState === "complete") next();
    else addEventListener("load", next, { once: true });
  }, { capture: true, signal });

  // The window is told of no element's load.
  document.addEventListener("load", ({ target: script }) => {
    if (script instanceof HTMLScriptElement && missing.delete(script.src)) begin();
  }, { capture: true, signal });

  addEventListener("alive", () => {
    isAlive = true;
    begin();
  }, { signal });

  // After the listeners of the other scripts.
  addEventListener("DOMContentLoaded", () => setTimeout(() => {
    isParsed = true;
    if (missing.size) tell(true);
    begin();
  }), { signal });
})();
