/** «(3) » before the page's title while something waits. */
export class TitleBadge {
  /** @param {number} count zero takes it away */
  set(count) {
    const bare = document.title.replace(/^\(\d+\) /, "");
    try {
      document.title = count > 0 ? `(${count}) ${bare}` : bare;
    } catch {
      // The lists show it too.
    }
  }
}
