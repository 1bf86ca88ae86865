/**
 * Which colleagues have the open conversation before their eyes, as far as they said lately.
 *
 * @typedef {{account: string, name: string, state: "looks" | "writes" | "gone"}} Told
 */

// Each says so again every ten seconds; two may be lost.
const LOOKS_MS = 25_000;
const WRITES_MS = 7000;

export class Lookers {
  /** @type {Map<string, {name: string, until: number, writesUntil: number}>} */
  #all = new Map();

  clear() {
    this.#all.clear();
  }

  /** @param {Told} told @param {number} now */
  told({ account, name, state }, now) {
    if (state === "gone") return void this.#all.delete(account);
    this.#all.set(account, { name, until: now + LOOKS_MS, writesUntil: state === "writes" ? now + WRITES_MS : 0 });
  }

  /** @param {number} now @returns {{looks: string[], writes: string[]}} names */
  at(now) {
    const here = [...this.#all.values()].filter(({ until }) => until > now);
    const names = (/** @type {typeof here} */ some) => some.map(({ name }) => name).sort((a, b) => a.localeCompare(b));
    return {
      looks: names(here.filter(({ writesUntil }) => writesUntil <= now)),
      writes: names(here.filter(({ writesUntil }) => writesUntil > now)),
    };
  }
}
