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
    if (url) link.search = signature(url);
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
    link.search = signature(url);
    const again = new URL(picture.src);
    again.search = signature(url);
    picture.src = again.href;
    picture.dataset.renewed = picture.src;
  }

  /** @param {HTMLAnchorElement} link @returns {Promise<string | null>} null where there is none, or no link to the server */
  async fresh(link) {
    const id = /\/files\/([^/]+)\//.exec(link.pathname)?.[1];
    try {
      const answer = await fetch(`${this.url}${id}/`, { headers: { Authorization: `Bearer ${await this.token()}` } });
      return answer.ok ? (await answer.json()).url : null;
    } catch {
      return null;
    }
  }
}

/** What of a link is good for a day, whatever of the file it leads to. @param {string} url */
function signature(url) {
  return new URL(url, location.href).search;
}

/** @param {Element} element */
function linkOf(element) {
  return /** @type {HTMLAnchorElement | null} */ (element.closest?.("a.attachment, a[data-view], a[data-download]"));
}
