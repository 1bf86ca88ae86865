/** As much of a browser as modules without elements need, and how it refuses. */

import { register } from "node:module";

/** One profile: what its tabs share. */
export class Profile {
  stored = new Map();
  isFull = false;

  /** @param {"localStorage" | "indexedDB" | "Notification" | "Audio"} [refused] what this browser does not let pages have */
  open(...refused) {
    const { stored } = this;
    const profile = this;
    const storage = new Proxy(
      {
        getItem: (key) => stored.get(key) ?? null,
        setItem(key, value) {
          if (profile.isFull) throw new DOMException("full", "QuotaExceededError");
          stored.set(key, value);
        },
        removeItem: (key) => stored.delete(key),
      },
      { ownKeys: () => [...stored.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
    );
    define("localStorage", storage, refused);
    define("indexedDB", { open: () => ({}) }, refused);
    const page = new EventTarget();
    globalThis.addEventListener = page.addEventListener.bind(page);
    globalThis.dispatchEvent = page.dispatchEvent.bind(page);
    globalThis.window = globalThis;
    globalThis.document = Object.assign(new EventTarget(), { hidden: true, title: "Общение" });
  }
}

/** @param {string} name @param {unknown} value @param {string[]} refused */
export function define(name, value, refused = []) {
  const get = () => {
    if (refused.includes(name)) throw new DOMException(`no ${name} here`, "SecurityError");
    return value;
  };
  Object.defineProperty(globalThis, name, { get, configurable: true });
}

/**
 * A test in which, whenever it only waits, the time it waits for is over.
 * @param {() => Promise<void>} body
 */
export function inNoTime(body) {
  return async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let isDone = false;
    const done = body().finally(() => (isDone = true));
    const giveUpAt = performance.now() + 30_000;
    while (!isDone) {
      if (performance.now() > giveUpAt) throw new Error("It waits for what never comes.");
      await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(1000);
    }
    return done;
  };
}

let tabs = 0;
// What a tab's module imports is that tab's too.
const HOOKS = `export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const tab = new URL(context.parentURL ?? "file:///").search;
  return tab ? { ...found, url: found.url + tab } : found;
}`;
register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);

/** A module as one more tab has it. @param {string} name */
export function load(name) {
  tabs += 1;
  return import(`../../static/js/${name}.js?tab=${tabs}`);
}
