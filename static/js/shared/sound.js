/**
 * Short tones. A browser may refuse to play before the person has touched the page: `isBlocked`
 * tells, and the first touch tries again.
 *
 * Events: `state` (isBlocked or isMuted changed).
 */
export class Sound extends EventTarget {
  isBlocked = false;
  /** @type {Map<string, HTMLAudioElement>} */
  #tones = new Map();
  #isMuted = false;

  get isMuted() {
    return this.#isMuted;
  }

  set isMuted(value) {
    this.#isMuted = value;
    this.dispatchEvent(new CustomEvent("state"));
  }

  /** @param {string} url @returns {Promise<boolean>} whether it was heard */
  async play(url) {
    if (this.#isMuted) return false;
    try {
      const tone = this.#tones.get(url) ?? new Audio(url);
      this.#tones.set(url, tone);
      tone.currentTime = 0;
      await tone.play();
      this.#block(false);
    } catch {
      this.#block(true);
    }
    return !this.isBlocked;
  }

  /** @param {boolean} isBlocked */
  #block(isBlocked) {
    if (isBlocked === this.isBlocked) return;
    this.isBlocked = isBlocked;
    this.dispatchEvent(new CustomEvent("state"));
    if (!isBlocked) return;
    const retry = () => this.#block(false);
    addEventListener("pointerdown", retry, { once: true });
    addEventListener("keydown", retry, { once: true });
  }
}
