/**
 * Cards that ask for facts of the visitor's system (templates/shared/_snapshot.html): each is filled
 * with what its window would tell, once, and that very thing is what is sent if its person agrees.
 * The bounds are those of chat/snapshots.py.
 *
 * @typedef {{browser: string, system: string, screen: string, timezone: string, page: string, errors: string[]}} Facts
 */

const LONGEST = { browser: 120, system: 120, screen: 40, timezone: 60, page: 2000, error: 500 };
const MOST_ERRORS = 20;

/** One line of whole signs. @param {string} text @param {number} most */
export function fit(text, most) {
  return text.replace(/\p{Surrogate}|[\p{Cc}\s]+/gu, " ").trim().slice(0, most).replace(/\p{Surrogate}/gu, "").trim();
}

/** An address in letters, as its person reads it; one that is none as it is. @param {string} address */
export function readable(address) {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}

/** @param {DOMStringMap} agent `browser` and `system`, as the server read them @param {string} page where the window is @returns {Facts} */
export function factsOf(agent, page) {
  const errors = /** @type {any} */ (window).sphaeraErrors ?? [];
  return {
    browser: fit(agent.browser ?? "", LONGEST.browser),
    system: fit(agent.system ?? "", LONGEST.system),
    screen: fit(`${screen.width}×${screen.height}`, LONGEST.screen),
    timezone: fit(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "", LONGEST.timezone),
    page: fit(readable(page), LONGEST.page),
    errors: errors.slice(-MOST_ERRORS).map((/** @type {string} */ error) => fit(error, LONGEST.error)),
  };
}

export class Snapshots {
  /** @type {WeakMap<Element, Facts>} */
  #shown = new WeakMap();

  /** @param {HTMLElement} log @param {() => Facts} facts of this moment @param {AbortSignal} signal */
  constructor(log, facts, signal) {
    const fillAll = () => {
      for (const form of log.querySelectorAll("[data-snapshot]")) if (!this.#shown.has(form)) this.#fill(form, facts());
    };
    const watching = new MutationObserver(fillAll);
    watching.observe(log, { childList: true, subtree: true });
    signal.addEventListener("abort", () => watching.disconnect());
    fillAll();
  }

  /** What stands in the card; undefined before it is filled. @param {Element} form */
  shownBy(form) {
    return this.#shown.get(form);
  }

  /** @param {Element} form @param {Facts} facts */
  #fill(form, facts) {
    this.#shown.set(form, facts);
    for (const [name, value] of Object.entries(facts)) {
      const row = /** @type {HTMLElement} */ (form.querySelector(`[data-fact="${name}"]`));
      row.hidden = !value.length;
      if (typeof value === "string") /** @type {HTMLElement} */ (row.querySelector("dd")).textContent = value;
      else row.querySelector("ul")?.replaceChildren(...value.map((error) => listed(form, error)));
    }
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (form.querySelectorAll("[disabled]"))) button.disabled = false;
  }
}

/** @param {Element} form @param {string} error */
function listed(form, error) {
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector("template"));
  const item = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
  item.textContent = error;
  return item;
}
