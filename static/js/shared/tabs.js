/**
 * What the tabs of one person tell each other. Event: `told` (detail: what another tab said). Where a
 * browser has no way between tabs, each is alone.
 */

const CLAIMED_MS = 10_000;

export class Tabs extends EventTarget {
  /** @type {BroadcastChannel | null} */
  #channel = null;

  /** @param {string} scope whose tabs, e.g. `widget:demo:7` */
  constructor(scope) {
    super();
    this.scope = scope;
    try {
      this.#channel = new BroadcastChannel(scope);
      this.#channel.onmessage = ({ data }) => this.dispatchEvent(new CustomEvent("told", { detail: data }));
    } catch {
      // A third-party frame may be refused it.
    }
  }

  /** @param {object} news for the other tabs */
  tell(news) {
    this.#channel?.postMessage(news);
  }

  close() {
    this.#channel?.close();
  }

  /** Whether this tab is the first to say so, of those that do within a while. @param {string} name @returns {Promise<boolean>} */
  claim(name) {
    if (!navigator.locks) return Promise.resolve(this.#claimWithoutLocks(name));
    return new Promise((resolve) => {
      /** @param {Lock | null} lock */
      const hold = (lock) => {
        resolve(lock !== null);
        return lock && new Promise((done) => setTimeout(done, CLAIMED_MS));
      };
      navigator.locks.request(`${this.scope}:${name}`, { ifAvailable: true }, hold).catch(() => resolve(true));
    });
  }

  /** A page without encryption has no locks; two tabs in the same instant may both be first. @param {string} name */
  #claimWithoutLocks(name) {
    try {
      const key = `claimed:${this.scope}`;
      if (localStorage.getItem(key) === name) return false;
      localStorage.setItem(key, name);
    } catch {
      // Alone, then.
    }
    return true;
  }
}
