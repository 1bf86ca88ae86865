/**
 * What must outlive the page: drafts and unsent messages. localStorage answers at once and tells
 * the other tabs, but a browser that is killed forgets what it was told in the last seconds
 * (Chromium: six and more); IndexedDB does not. So both are written, and at the start the newer
 * one wins: what was removed leaves its time in localStorage until IndexedDB knows of it too.
 * Either may be refused, full, broken or silent: then memory must do.
 *
 * @typedef {{at: number, value: any}} Kept value null: removed; of two, the one with the greater `at` is the newer
 */

const DATABASE = "sphaera";
const STORE = "kept";
const PATIENCE_MS = 1000;
const FORGET_REMOVED_MS = 24 * 3600 * 1000;

class Keep {
  /** @type {Map<string, Kept>} */
  #memory = new Map();
  #database = openDatabase();
  /** Until then, what a killed browser kept may still be missing. */
  ready = inTime(this.#recover());

  /** @param {string} key @returns {any} */
  get(key) {
    return this.find(key)?.value ?? null;
  }

  /** @param {string} key @returns {Kept | null} */
  find(key) {
    return newer(this.#memory.get(key) ?? null, readStorage(key));
  }

  /**
   * @param {string} key
   * @param {any} value null removes
   * @returns {number} the time of the change, later than that of any known before it
   */
  set(key, value) {
    const kept = { at: Math.max(Date.now(), (this.find(key)?.at ?? 0) + 1), value };
    this.#write(key, kept);
    this.#store(key, kept).then(() => value ?? this.#forget(key, kept), ignore);
    return kept.at;
  }

  /** @param {string} prefix */
  keys(prefix) {
    const keys = new Set(this.#memory.keys());
    try {
      for (const key of Object.keys(localStorage)) keys.add(key);
    } catch {
      // Memory alone, then.
    }
    return [...keys].filter((key) => key.startsWith(prefix) && this.get(key) !== null);
  }

  /**
   * Tells what other tabs keep under the key, as they do it; after a sleep, in which nothing is
   * heard, what they have kept meanwhile. May tell the same again.
   * @param {string} key
   * @param {(kept: Kept) => void} told
   * @param {AbortSignal} signal
   */
  follow(key, told, signal) {
    addEventListener("storage", (event) => {
      // Without a value it is a trace that goes: the removal itself was told before.
      const kept = event.key === key ? parsed(event.newValue) : null;
      if (kept) told(kept);
    }, { signal });
    const catchUp = async () => {
      const kept = document.hidden ? null : newer(await this.#stored(key), this.find(key));
      if (kept && !signal.aborted) told(kept);
    };
    for (const name of ["pageshow", "focus"]) addEventListener(name, catchUp, { signal });
    document.addEventListener("visibilitychange", catchUp, { signal });
  }

  /** @param {string} key @param {Kept} kept */
  #write(key, kept) {
    this.#memory.delete(key);
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      this.#memory.set(key, kept);
    }
  }

  /** @param {string} key @param {Kept} kept */
  async #store(key, kept) {
    const written = store(await this.#database, "readwrite")?.put(kept, key);
    if (written) await answer(written);
  }

  /** @param {string} key @returns {Promise<Kept | null>} */
  async #stored(key) {
    const reading = this.#database.then((database) => {
      const asked = store(database, "readonly")?.get(key);
      return asked && answer(asked);
    });
    return (await inTime(reading)) ?? null;
  }

  /** @param {string} key @param {Kept} removed */
  #forget(key, removed) {
    if (this.find(key)?.at !== removed.at) return;
    this.#memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // It was in memory alone.
    }
  }

  async #recover() {
    const kept = store(await this.#database, "readwrite");
    if (!kept) return;
    const [keys, values] = await Promise.all([answer(kept.getAllKeys()), answer(kept.getAll())]);
    keys.forEach((name, index) => {
      const there = /** @type {Kept} */ (values[index]);
      const here = this.find(String(name));
      // A removal matters only where something is left to be removed.
      if (there.at > (here?.at ?? 0) && (here || there.value !== null)) this.#write(String(name), there);
      if (there.value === null && there.at < Date.now() - FORGET_REMOVED_MS) kept.delete(name);
    });
  }
}

const ignore = () => {};

/** @param {string} key @returns {Kept | null} */
function readStorage(key) {
  try {
    return parsed(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** @param {string | null} text @returns {Kept | null} */
function parsed(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** @param {Kept | null} one @param {Kept | null} other */
function newer(one, other) {
  return (one?.at ?? 0) > (other?.at ?? 0) ? one : other;
}

/** What becomes of it within a second; nothing where it fails. @template Result @param {Promise<Result>} work @returns {Promise<Result | void>} */
function inTime(work) {
  return Promise.race([work.catch(ignore), new Promise((resolve) => void setTimeout(resolve, PATIENCE_MS))]);
}

/** @returns {Promise<IDBDatabase | null>} null where there is none */
async function openDatabase() {
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    return await answer(opening);
  } catch {
    return null;
  }
}

/** @param {IDBDatabase | null} database @param {IDBTransactionMode} mode */
function store(database, mode) {
  return database?.transaction(STORE, mode).objectStore(STORE);
}

/** @template Result @param {IDBRequest<Result>} request @returns {Promise<Result>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const keep = new Keep();
