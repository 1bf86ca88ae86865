/** «(3) » before the page's title while something waits; a title it gets meanwhile is marked and kept too. */
export class TitleBadge {
  #own = document.title.replace(/^\(\d+\) /, "");
  #shown = document.title;

  /** @param {number} count zero takes it away */
  set(count) {
    if (document.title !== this.#shown) this.#own = document.title;
    try {
      document.title = count > 0 ? `(${count}) ${this.#own}` : this.#own;
    } catch {
      // The lists show it too.
    }
    this.#shown = document.title;
  }
}
