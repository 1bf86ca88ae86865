/**
 * One WebSocket that is always on its way back: application pings with a deadline, jittered
 * back-off, requests answered by `ack` or `error`.
 *
 * @typedef {{type: string, id?: string, [key: string]: any}} Frame
 * @typedef {{code: string, detail: string, files?: string[]}} Refusal
 * @typedef {{resolve: (ack: Frame) => void, reject: (refusal: Refusal) => void, at: number}} Waiting
 * @typedef {{connected: boolean, isAsleep: boolean, attempt: number, retryAt: number | null}} State isAsleep: what
 *   was told last is from before the page was frozen, or the machine slept
 */

const TICK_MS = 1000;
const PING_EVERY_MS = 5000;
const CALM_PING_EVERY_MS = 20000;
const PING_DEADLINE_MS = 8000;
const WELCOME_DEADLINE_MS = 10000;
const ANSWER_DEADLINE_MS = 25000;
const BACKOFF_FIRST_MS = 300;
const BACKOFF_LAST_MS = 15000;
// Slower than doubling: a server restarts within seconds, and people wait for it.
const BACKOFF_GROWTH = 1.6;
const FLOOD_WAIT_MS = 15000;
// Longer than any tab that runs is kept from ticking; a place in the zone is gone by then.
const SLEPT_MS = 20000;

export const AGAIN_MS = 2000;
/** Codes after which the same frame may succeed later, unchanged. */
export const PASSING = new Set(["too_fast", "unavailable"]);

const REFUSALS = new Set([4401, 4403, 4409, 4410]);
const FLOOD = 4429;
const CHANGED = 4412;

/**
 * Milliseconds to wait before the given attempt (0 is the first), between 0.3 and 15 seconds.
 * @param {number} attempt
 * @param {number} chance 0 to 1
 */
export function backoff(attempt, chance = Math.random()) {
  const longest = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * BACKOFF_GROWTH ** (attempt + 1));
  return BACKOFF_FIRST_MS + chance * (longest - BACKOFF_FIRST_MS);
}

/** A UUID; `crypto.randomUUID` is missing on plain-http hosts, `getRandomValues` is not. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * Listens to a custom event and hands over its detail.
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: any) => void} listener
 */
export function on(target, type, listener) {
  target.addEventListener(type, (event) => listener(/** @type {CustomEvent} */ (event).detail));
}

/**
 * Events: `frame` (detail: the frame, the welcome included), `state` (detail: State),
 * `refused` (detail {code}; retrying has stopped, `start()` resumes), `changed` (the person's
 * rights are others now: what the next welcome does not bring has to be asked for anew), `wake`
 * (the page was shown or came online while connected: a good moment to compare with the server).
 */
export class Connection extends EventTarget {
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Map<string, Waiting>} */
  #waiting = new Map();
  #wanted = false;
  #connected = false;
  #isAsleep = false;
  #tickedAt = 0;
  #attempt = 0;
  #openedAt = 0;
  #pingedAt = 0;
  #pingId = "";
  /** @type {number | null} */
  #retryAt = null;
  /** @type {number | null} a wait the server asked for, in milliseconds */
  #askedWait = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;
  /** @type {Worker | null} */
  #worker = null;

  /**
   * @param {{url: string, hello: () => Frame | Promise<Frame>, isCalm?: () => boolean}} options
   *   isCalm: nobody waits for anything, so that a lost link may be noticed later
   */
  constructor({ url, hello, isCalm = () => false }) {
    super();
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.url = address.href;
    this.hello = hello;
    this.isCalm = isCalm;
  }

  /** True only after the server's welcome and until the link is known to be lost. */
  get connected() {
    return this.#connected;
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#attempt = 0;
    this.#tickedAt = Date.now();
    this.#ticker = setInterval(this.#tick, TICK_MS);
    document.addEventListener("freeze", this.#sleep);
    document.addEventListener("resume", this.#rise);
    document.addEventListener("visibilitychange", this.#wake);
    addEventListener("pageshow", this.#wake);
    addEventListener("online", this.#wake);
    addEventListener("offline", this.#wake);
    this.#open();
  }

  stop() {
    this.#wanted = false;
    clearInterval(this.#ticker);
    clearTimeout(this.#retryTimer);
    this.#worker?.terminate();
    this.#worker = null;
    document.removeEventListener("freeze", this.#sleep);
    document.removeEventListener("resume", this.#rise);
    document.removeEventListener("visibilitychange", this.#wake);
    removeEventListener("pageshow", this.#wake);
    removeEventListener("online", this.#wake);
    removeEventListener("offline", this.#wake);
    this.#leave();
    this.#announce();
  }

  /** Drops what there is and opens anew at once. */
  reconnectNow() {
    if (!this.#wanted) return this.start();
    this.#leave();
    this.#open();
  }

  /**
   * Sends a frame that the server must answer.
   * @param {Frame} frame an `id` is added when there is none
   * @returns {Promise<Frame>} the ack; rejects with {code, detail}, code "disconnected" when the link drops
   */
  request(frame) {
    return new Promise((resolve, reject) => {
      if (!this.#connected) return reject({ code: "disconnected", detail: "" });
      const id = frame.id ?? newId();
      this.#waiting.set(id, { resolve, reject, at: performance.now() });
      this.#send({ ...frame, id });
    });
  }

  /**
   * As `request`, and again after a while as long as the server only says that it is too early.
   * @param {Frame} frame
   * @returns {Promise<Frame>} rejects as `request` does: when the link drops, a welcome is next
   */
  async insist(frame) {
    for (;;) {
      try {
        return await this.request(frame);
      } catch (refusal) {
        if (!PASSING.has(/** @type {Refusal} */ (refusal).code)) throw refusal;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  /**
   * Sends a frame without an answer; forgotten when not connected.
   * @param {Frame} frame
   */
  post(frame) {
    if (this.#connected) this.#send(frame);
  }

  #open() {
    clearTimeout(this.#retryTimer);
    this.#retryAt = null;
    this.#askedWait = null;
    this.#openedAt = performance.now();
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => this.#greet(socket);
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code);
  }

  /** @param {WebSocket} socket */
  async #greet(socket) {
    try {
      const frame = await this.hello();
      if (socket === this.#socket) this.#send(frame);
    } catch {
      if (socket === this.#socket) this.#lost(0);
    }
  }

  /**
   * One that is closing takes nothing more, and presently tells with which code: what waits for an
   * answer fails then.
   * @param {Frame} frame
   */
  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {Frame} frame */
  #receive(frame) {
    if (frame.type === "ack" || frame.type === "error") return this.#answered(frame);
    if (frame.type === "reconnect") this.#askedWait = frame.after_ms;
    if (frame.type === "welcome") {
      this.#connected = true;
      this.#isAsleep = false;
      this.#pingId = "";
      this.#pingedAt = performance.now();
      this.#announce();
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  /** @param {Frame} frame */
  #answered(frame) {
    const id = frame.id ?? "";
    // Only an answered request proves that the link is good: a welcome alone, from a server
    // that falls over at once, must not reset the back-off.
    this.#attempt = 0;
    if (id === this.#pingId) this.#pingId = "";
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (frame.type === "ack") waiting?.resolve(frame);
    else waiting?.reject({ code: frame.code, detail: frame.detail, files: frame.files });
  }

  /** @param {number} code the close code, 0 when we gave up ourselves */
  #lost(code) {
    const askedWait = this.#askedWait;
    this.#leave();
    if (!this.#wanted) return;
    if (REFUSALS.has(code)) {
      this.stop();
      this.dispatchEvent(new CustomEvent("refused", { detail: { code } }));
      return;
    }
    let delay = askedWait ?? backoff(this.#attempt);
    if (code === CHANGED) this.dispatchEvent(new CustomEvent("changed"));
    if (code === FLOOD) delay += FLOOD_WAIT_MS;
    this.#attempt += 1;
    this.#retryAt = Date.now() + delay;
    this.#retryTimer = setTimeout(() => this.#open(), delay);
    this.#announce();
  }

  /** Closes without waiting: the close of a half-open socket may take a minute to be reported. */
  #leave() {
    const socket = this.#socket;
    this.#socket = null;
    this.#connected = false;
    this.#pingId = "";
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject({ code: "disconnected", detail: "" });
  }

  #tick = () => {
    if (document.hidden) this.#keepTicking();
    const now = performance.now();
    const slept = Date.now() - this.#tickedAt;
    this.#tickedAt = Date.now();
    if (slept > SLEPT_MS) return this.#rise();
    if (this.#retryAt !== null && Date.now() > this.#retryAt + TICK_MS) return this.#open();
    if (!this.#socket) return;
    if (!this.#connected) {
      if (now - this.#openedAt > WELCOME_DEADLINE_MS) this.#lost(0);
      return;
    }
    if (this.#isSilent(now)) return this.#lost(0);
    if (now - this.#pingedAt >= (this.isCalm() ? CALM_PING_EVERY_MS : PING_EVERY_MS)) this.#ping();
  };

  /** The worker is fetched only when the tab is first hidden: until then it would be a request for nothing. */
  #keepTicking() {
    if (this.#worker) return;
    try {
      this.#worker = new Worker(new URL("./heartbeat-worker.js", import.meta.url));
      this.#worker.onmessage = this.#tick;
    } catch {
      // A browser that allows none ticks more slowly.
    }
  }

  /** @param {number} now */
  #isSilent(now) {
    if (this.#pingId && now - this.#pingedAt > PING_DEADLINE_MS) return true;
    return [...this.#waiting.values()].some(({ at }) => now - at > ANSWER_DEADLINE_MS);
  }

  #ping() {
    if (this.#pingId) return;
    this.#pingId = newId();
    this.#pingedAt = performance.now();
    this.#send({ type: "ping", id: this.#pingId });
  }

  /** @param {Event} event */
  #wake = (event) => {
    if (event.type === "visibilitychange" && document.hidden) return this.#tick();
    if (event.type === "pageshow" && !(/** @type {PageTransitionEvent} */ (event).persisted)) return;
    if (!this.#connected) {
      // A half-made attempt from before the sleep is as stale as a wait.
      if (this.#retryAt !== null || performance.now() - this.#openedAt > WELCOME_DEADLINE_MS) this.reconnectNow();
      return;
    }
    this.#ping();
    this.dispatchEvent(new CustomEvent("wake"));
  };

  /** Nothing will be heard or said: nobody is to count on it. */
  #sleep = () => {
    this.#isAsleep = true;
    clearTimeout(this.#retryTimer);
    this.#leave();
    this.#announce();
  };

  /** What is shown is old, whatever the link looks like. */
  #rise = () => {
    this.#isAsleep = true;
    this.#tickedAt = Date.now();
    this.#leave();
    this.#announce();
    this.#open();
  };

  #announce() {
    /** @type {State} */
    const detail = { connected: this.#connected, isAsleep: this.#isAsleep, attempt: this.#attempt, retryAt: this.#retryAt };
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}
