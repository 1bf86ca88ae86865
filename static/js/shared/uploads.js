/**
 * A file on its way to the server: a small one in one request, a large one in pieces (tus 1.0), so
 * that it goes on where it stopped, also after a reload of the page.
 *
 * @typedef {import("./outbox.js").FileRef} FileRef
 * @typedef {{url: string, piecesUrl: string, client: string, headers: () => Record<string, string> | Promise<Record<string, string>>}} Place client: where the script of the protocol is
 * @typedef {{progress: (share: number) => void, came: (file: FileRef) => void, refused: (status: number, detail?: string) => void, lost: () => void}} Told
 */

export const IN_PIECES_FROM = 1024 * 1024;
// A broken link costs at most so much; the server takes up to 8 MB.
const PIECE_BYTES = 2 * 1024 * 1024;
const TRIES_AGAIN_MS = [1000, 3000];

/** @param {File} file @param {Place} place */
export function goesInPieces(file, place) {
  return file.size > IN_PIECES_FROM && place.piecesUrl !== "";
}

/**
 * Told is one of `came`, `refused` and `lost`, unless it is cancelled.
 * @param {File} file
 * @param {Place} place
 * @param {Told} told
 * @returns {() => void} cancels
 */
export function upload(file, place, told) {
  const cancelling = new AbortController();
  const begin = goesInPieces(file, place) ? inPieces : atOnce;
  begin(file, place, told, cancelling.signal).catch(() => told.lost());
  return () => cancelling.abort();
}

/** @param {File} file @param {Place} place @param {Told} told @param {AbortSignal} signal */
async function atOnce(file, place, told, signal) {
  const request = new XMLHttpRequest();
  request.upload.onprogress = (event) => told.progress(event.loaded / event.total);
  request.onerror = () => told.lost();
  request.onload = () => {
    const answer = parsed(request.responseText);
    if (request.status === 201 && answer.id) told.came({ id: answer.id, name: answer.name, size: answer.size });
    else told.refused(request.status, answer.detail);
  };
  request.open("POST", place.url);
  for (const [name, value] of Object.entries(await place.headers())) request.setRequestHeader(name, value);
  const form = new FormData();
  form.append("file", file, file.name);
  signal.addEventListener("abort", () => request.abort());
  if (!signal.aborted) request.send(form);
}

/** @param {File} file @param {Place} place @param {Told} told @param {AbortSignal} signal */
async function inPieces(file, place, told, signal) {
  await import(place.client);
  const { Upload } = /** @type {any} */ (window).tus;
  const sending = new Upload(file, {
    endpoint: place.piecesUrl,
    chunkSize: PIECE_BYTES,
    metadata: { filename: file.name },
    retryDelays: TRIES_AGAIN_MS,
    removeFingerprintOnSuccess: true,
    /** @param {any} request */
    async onBeforeRequest(request) {
      for (const [name, value] of Object.entries(await place.headers())) request.setHeader(name, value);
    },
    /** @param {any} error */
    onShouldRetry: (error) => mayPass(error.originalResponse?.getStatus() ?? 0),
    /** @param {number} sent @param {number} all */
    onProgress: (sent, all) => told.progress(sent / all),
    onSuccess: () => told.came({ id: idIn(sending.url), name: file.name, size: file.size }),
    /** @param {any} error */
    onError(error) {
      const answer = error.originalResponse;
      if (answer) told.refused(answer.getStatus(), parsed(answer.getBody()).detail);
      else told.lost();
    },
  });
  // What is on the server goes too.
  signal.addEventListener("abort", () => void sending.abort(true).catch(() => {}));
  const [begun] = await sending.findPreviousUploads();
  if (begun) sending.resumeFromPreviousUpload(begun);
  if (!signal.aborted) sending.start();
}

/** Another request is at the same piece, or the server is away for a moment. @param {number} status */
export function mayPass(status) {
  return status === 0 || status === 409 || status === 423 || (status >= 500 && status !== 507);
}

/** @param {string} url */
export function idIn(url) {
  return new URL(url, "http://any").pathname.split("/").filter(Boolean).at(-1) ?? "";
}

/** A proxy's own error page is not JSON. @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
