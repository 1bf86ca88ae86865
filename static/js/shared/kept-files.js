/**
 * Large files on their way, kept by the browser until they have come, so that a page that is loaded
 * anew goes on with them. One tab at a time sends a file; where the browser knows no locks between
 * tabs, or keeps nothing, who reloads the page picks the file again, and it goes on all the same.
 */

const DATABASE = "sphaera-files";
const STORE = "files";
const AGED_MS = 24 * 3600 * 1000;

/** @typedef {{scope: string, file: File, at: number}} Kept */

/**
 * Keeps the file until it need not be sent any more.
 * @param {string} scope of which draft it is
 * @param {File} file
 * @param {Promise<void>} sending
 */
export async function keepWhile(scope, file, sending) {
  const key = [scope, file.name, file.size, file.lastModified].join("|");
  try {
    await navigator.locks.request(lockOf(key), async () => {
      await answer((await opened("readwrite")).put({ scope, file, at: Date.now() }, key));
      await sending;
      await answer((await opened("readwrite")).delete(key));
    });
  } catch {
    // Then the file is picked again after a reload.
  }
}

/**
 * Goes on with what another page left, once that is gone.
 * @param {string} scope
 * @param {(file: File) => Promise<void>} send
 * @param {AbortSignal} signal
 */
export async function takeOver(scope, send, signal) {
  try {
    const store = await opened("readonly");
    const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
    for (const [index, { at, scope: of }] of /** @type {Kept[]} */ (values).entries()) {
      const key = keys[index];
      if (at < Date.now() - AGED_MS) (await opened("readwrite")).delete(key);
      else if (of === scope) goOn(String(key), send, signal).catch(() => {});
    }
  } catch {
    // Nothing is kept here.
  }
}

/** @param {string} key @param {(file: File) => Promise<void>} send @param {AbortSignal} signal */
async function goOn(key, send, signal) {
  await navigator.locks.request(lockOf(key), { signal }, async () => {
    /** @type {Kept | undefined} */
    const kept = await answer((await opened("readonly")).get(key));
    if (!kept || signal.aborted) return;
    await send(kept.file);
    await answer((await opened("readwrite")).delete(key));
  });
}

/** @param {string} key */
function lockOf(key) {
  return `sphaera-file:${key}`;
}

/** @type {Promise<IDBDatabase> | undefined} */
let database;

/** @param {IDBTransactionMode} mode */
async function opened(mode) {
  database ??= openDatabase();
  return (await database).transaction(STORE, mode).objectStore(STORE);
}

function openDatabase() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return answer(opening);
}

/** @template Result @param {IDBRequest<Result>} request @returns {Promise<Result>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
