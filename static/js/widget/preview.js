/**
 * Tells what is being typed: at once, then at most once a second, the last of it always.
 */
const EVERY_MS = 1000;
const MOST_CHARACTERS = 500;

export class TypingPreview {
  #toldAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;

  /** @param {() => string} read what stands in the field @param {(text: string) => void} tell */
  constructor(read, tell) {
    this.read = read;
    this.tell = tell;
  }

  typed() {
    this.#telling ??= setTimeout(() => {
      this.stop();
      this.#toldAt = Date.now();
      this.tell([...this.read()].slice(-MOST_CHARACTERS).join(""));
    }, this.#toldAt + EVERY_MS - Date.now());
  }

  /** What was not told yet is not told any more. */
  stop() {
    clearTimeout(this.#telling);
    this.#telling = undefined;
  }
}
