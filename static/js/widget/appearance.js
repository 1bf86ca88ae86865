/**
 * How a window looks: what its site wants of it, and what is so just now. The window itself and
 * the sample of it that an administrator sees while they choose its look.
 *
 * @typedef {{text: string, url: string, version: number}} Notice
 * @typedef {{colour: string, corner: string, theme: string, sound: boolean, online: string, offline: string,
 *   greeting: string, avatar: string, away_title: string, away_text: string, thanks: string, asks_email: boolean,
 *   operators: boolean, attaches: boolean, file_size: number, file_kinds: string[], notice: Notice}} Look
 */

/** The tokens of design that a site's colour is; white is read on it. @param {string} colour */
function brand(colour) {
  const mixed = (/** @type {number} */ share, /** @type {string} */ other) => `color-mix(in oklab, ${colour} ${share}%, ${other})`;
  return {
    "--accent": colour,
    "--accent-strong": mixed(85, "black"),
    "--accent-ink": `light-dark(${mixed(85, "black")}, ${mixed(40, "white")})`,
    "--accent-soft": `light-dark(${mixed(10, "white")}, ${mixed(40, "#131a1e")})`,
    "--on-accent": "#fff",
    "--own": colour,
    "--on-own": "#fff",
  };
}

/** @param {string} name */
export function initials(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
}

export class Appearance {
  isOpen = false;
  isLost = false;
  hasNews = false;
  pending = 0;
  /** @type {Look | null} */
  look = null;

  /** @param {HTMLElement} root with its state in `data-status`, `-reason`, `-state`, `-opens`, `-consented` */
  constructor(root) {
    this.root = root;
  }

  /** How the site wants it. @param {Look} look */
  wear(look) {
    this.look = look;
    const { style, dataset } = document.documentElement;
    for (const [name, value] of Object.entries(brand(look.colour))) {
      if (look.colour) style.setProperty(name, value);
      else style.removeProperty(name);
    }
    dataset.corner = look.corner;
    dataset.theme = look.theme;
    style.setProperty("--from-corner", look.corner === "left" ? "20px auto" : "auto 20px");
    this.#say({ ...look, notice: look.notice.text });
    this.#limit(look);
    this.show();
  }

  /** @param {{name: string} | null} operator */
  name(operator) {
    const name = operator?.name ?? "";
    this.write("[data-operator-name]", name);
    this.write("[data-operator-initials]", initials(name));
  }

  /** The version of the notice that stands beside what is being sent now; 0 for none. */
  get asked() {
    const version = this.look?.notice.version ?? 0;
    return version > Number(this.root.dataset.consented ?? 0) ? version : 0;
  }

  /** Shows each `[data-when]` whose words are all true now. */
  show() {
    const { status, opens = "" } = this.root.dataset;
    const facts = this.#facts();
    for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (this.root.querySelectorAll("[data-look=opens]"))) {
      if (time.dateTime !== opens) time.dateTime = opens;
    }
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-when]"))) {
      element.hidden = !element.dataset.when?.split(" ").every((fact) => facts.has(fact));
    }
    const word = /** @type {HTMLElement} */ (this.root.querySelector("[data-status-word]"));
    word.textContent = (status === "online" ? word.dataset.online : word.dataset.offline) ?? "";
  }

  /** @param {string} selector @param {string} text */
  write(selector, text) {
    const element = this.root.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }

  #facts() {
    const { status, reason, state, opens, previews, consented = "0" } = this.root.dataset;
    const isDialogue = status === "online" && state === "active";
    const facts = new Set([status, reason, state, this.isOpen ? "open" : "folded", this.isLost ? "lost" : "linked"]);
    facts.add(isDialogue ? "dialogue" : "alone");
    if (status === "online" && !isDialogue) facts.add("desk");
    if (this.hasNews) facts.add("news");
    if (this.pending) facts.add("pending");
    if (previews !== undefined) facts.add("previews");
    if (state === "waiting" || state === "active") facts.add("running");
    facts.add(this.root.querySelector(".message") ? "written" : "blank");
    facts.add(status === "offline" && opens ? "known" : "unknown");
    if (this.asked) facts.add("asked");
    if (consented !== "0") facts.add("again");
    for (const fact of this.#wanted()) facts.add(fact);
    return facts;
  }

  #wanted() {
    const { greeting, avatar, asks_email, attaches, notice } = /** @type {Look} */ (this.look ?? { notice: {} });
    const facts = [avatar ? "pictured" : "plain", notice.text ? "site-notice" : "our-notice"];
    if (greeting) facts.push("greets");
    if (asks_email) facts.push("asks");
    if (attaches) facts.push("attaches");
    if (notice.url) facts.push("linked-notice");
    return facts;
  }

  /** @param {Record<string, any>} words what is empty is our own */
  #say(words) {
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-text]"))) {
      element.textContent = words[element.dataset.text ?? ""] || (element.dataset.own ?? "");
    }
    const { notice, avatar } = /** @type {Look} */ (this.look);
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.root.querySelectorAll("[data-notice-link]"))) {
      if (notice.url) link.href = notice.url;
      else link.removeAttribute("href");
    }
    const picture = /** @type {HTMLImageElement | null} */ (this.root.querySelector("[data-avatar]"));
    if (picture && avatar) picture.src = `${this.root.dataset.avatars}${avatar}/`;
  }

  /** Which files are taken, for the composer that asks before it sends. @param {Look} look */
  #limit({ attaches, file_size, file_kinds }) {
    const composer = this.root.querySelector("chat-composer");
    const words = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-attach]"));
    composer?.setAttribute("max-file-size", String(file_size));
    composer?.setAttribute("file-kinds", file_kinds.join(" "));
    composer?.setAttribute("refuses-files", attaches ? "" : (words?.dataset.none ?? ""));
  }
}
