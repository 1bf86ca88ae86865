/**
 * What must outlive the page: drafts and unsent messages. localStorage answers at once and tells
 * the other tabs, but a browser that is killed forgets what it was told in the last seconds
 * (Chromium: six and more); IndexedDB does not. So both are written, and at the start the newer
 * one wins: what was removed leaves its time in localStorage until IndexedDB knows of it too.
 * A third-party frame may be refused both: then memory must do.
 *
 * @typedef {{at: number, value: any}} Kept value null: removed
 */

const DATABASE = "sphaera";
const STORE = "kept";
const OPENING_MS = 1000;
const FORGET_REMOVED_MS = 24 * 3600 * 1000;

class Keep {
  /** @type {Map<string, Kept>} */
  #memory = new Map();
  #last = 0;
  #database = openDatabase();
  /** Until then, what a killed browser kept may still be missing. */
  ready = this.#recover();

  /** @param {string} key @returns {any} */
  get(key) {
    return this.#read(key)?.value ?? null;
  }

  /** @param {string} key @param {any} value null removes */
  set(key, value) {
    this.#last = Math.max(Date.now(), this.#last + 1);
    const kept = { at: this.#last, value };
    this.#write(key, kept);
    this.#store(key, kept).then(() => value ?? this.#forget(key, kept)).catch(() => {});
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

  /** @param {string} key @returns {Kept | null} */
  #read(key) {
    try {
      return this.#memory.get(key) ?? JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
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

  /** @param {string} key @param {Kept} removed */
  #forget(key, removed) {
    if (this.#read(key)?.at !== removed.at) return;
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
      const key = String(name);
      const there = /** @type {Kept} */ (values[index]);
      if (there.at > (this.#read(key)?.at ?? 0)) this.#write(key, there);
      if (there.value === null && there.at < Date.now() - FORGET_REMOVED_MS) kept.delete(name);
    });
  }
}

/** @returns {Promise<IDBDatabase | null>} null where there is none, or none in time */
function openDatabase() {
  const late = new Promise((resolve) => setTimeout(resolve, OPENING_MS, null));
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    return Promise.race([answer(opening).catch(() => null), late]);
  } catch {
    return Promise.resolve(null);
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
