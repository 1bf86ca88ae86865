/**
 * Where somebody reads in a log that scrolls: at its end, or at a message. Not so many pixels from
 * the top: those are another place once the log is wider or lower, or something else stands above.
 * Its scroller has `overflow-anchor: none` and tells of each scroll and each change of size.
 */
const BOTTOM_SLACK_PX = 48;
const ABOVE = 0.2; // of what is seen

export class LogPlace {
  isAtEnd = true;
  /** The first message that is seen, and how far below the upper edge it ends. @type {{id: string, end: number} | null} */
  #anchor = null;
  /** Of the log when the place was noted; empty while it is not shown. */
  #shape = "";

  /** @param {HTMLElement} scroller */
  constructor(scroller) {
    this.scroller = scroller;
  }

  /** The browser scrolls too, where the log has another shape now: that is nobody's wish. @returns {boolean} whether a person did */
  scrolled() {
    const isWish = this.#shape === this.#shapeNow;
    if (isWish) this.#note();
    else this.keep();
    return isWish;
  }

  /** Brings the place back before the eyes, whatever has changed. */
  keep() {
    const { scroller } = this;
    const message = !this.isAtEnd && this.#anchor && scroller.querySelector(`[id="${this.#anchor.id}"]`);
    if (this.isAtEnd) scroller.scrollTop = scroller.scrollHeight;
    else if (message && this.#shapeNow) scroller.scrollTop += this.#endOf(message) - (this.#anchor?.end ?? 0);
    this.#shape = this.#shapeNow;
  }

  toEnd() {
    this.isAtEnd = true;
    this.keep();
  }

  /** @param {Element} message brought before the eyes, and read from there on */
  show(message) {
    message.scrollIntoView({ block: "center" });
    this.#note();
  }

  /** @param {Element} line read from there on, with a little of what stands above it */
  begin(line) {
    const above = line.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    this.scroller.scrollTop += above - this.scroller.clientHeight * ABOVE;
    this.#note();
  }

  /** @param {Element} line */
  isBelow(line) {
    return line.getBoundingClientRect().top >= this.scroller.getBoundingClientRect().bottom;
  }

  /** Of another log with the same messages. @param {LogPlace} other */
  takeOver(other) {
    this.isAtEnd = other.isAtEnd;
    this.#anchor = other.#anchor;
    this.keep();
  }

  #note() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight <= BOTTOM_SLACK_PX;
    const messages = [...this.scroller.querySelectorAll(".message:not([hidden])")];
    const first = messages[endedBy(messages, this.scroller.getBoundingClientRect().top)];
    this.#anchor = first ? { id: first.id, end: this.#endOf(first) } : null;
    this.#shape = this.#shapeNow;
  }

  /** @param {Element} message */
  #endOf(message) {
    return message.getBoundingClientRect().bottom - this.scroller.getBoundingClientRect().top;
  }

  get #shapeNow() {
    const { clientWidth, clientHeight, scrollHeight } = this.scroller;
    return clientHeight ? `${clientWidth} ${clientHeight} ${scrollHeight}` : "";
  }
}

/**
 * How many messages end above an edge or on it.
 * @param {Element[]} messages one below the other
 * @param {number} edge
 */
export function endedBy(messages, edge) {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle].getBoundingClientRect().bottom <= edge) low = middle + 1;
    else high = middle;
  }
  return low;
}
