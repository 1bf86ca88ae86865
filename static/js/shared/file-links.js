/**
 * A visitor's links to files are signed for a day, and a window is open for weeks: each press asks
 * for a fresh one, and so does a picture that could not be had.
 */
export class FileLinks {
  #passing = false;

  /**
   * @param {HTMLElement} root
   * @param {string} url where links are signed, with the file's id behind it
   * @param {() => Promise<string>} token
   */
  constructor(root, url, token) {
    this.url = url;
    this.token = token;
    root.addEventListener("click", (event) => this.#pressed(event));
    // An error of a picture does not bubble.
    root.addEventListener("error", ({ target }) => this.#failed(/** @type {Element} */ (target)), { capture: true });
  }

  /** @param {MouseEvent} event */
  async #pressed(event) {
    const link = linkOf(/** @type {Element} */ (event.target));
    if (!link || this.#passing || event.defaultPrevented) return;
    event.preventDefault();
    const url = await this.fresh(link);
    if (url) link.href = url;
    this.#passing = true;
    link.click();
    this.#passing = false;
  }

  /** @param {Element} picture */
  async #failed(picture) {
    const link = linkOf(picture);
    if (!link || !(picture instanceof HTMLImageElement) || picture.dataset.renewed === picture.src) return;
    const url = await this.fresh(link);
    if (!url) return;
    link.href = url;
    picture.src = `${url}&inline`;
    picture.dataset.renewed = picture.src;
  }

  /** @param {HTMLAnchorElement} link @returns {Promise<string | null>} null where there is none, or no link to the server */
  async fresh(link) {
    const id = link.pathname.split("/").at(-2);
    try {
      const answer = await fetch(`${this.url}${id}/`, { headers: { Authorization: `Bearer ${await this.token()}` } });
      return answer.ok ? (await answer.json()).url : null;
    } catch {
      return null;
    }
  }
}

/** @param {Element} element */
function linkOf(element) {
  return /** @type {HTMLAnchorElement | null} */ (element.closest?.("a.attachment, a[data-download]"));
}
