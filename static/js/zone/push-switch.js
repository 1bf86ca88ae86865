/**
 * `<push-switch>`: whether this browser gets notices through the server of its maker, for as long
 * as this session lasts. It is on a page only where the administrator lets them go that way.
 *
 * @typedef {"on" | "off" | "busy" | "denied" | "failed" | "unsupported"} State
 */
import { pageHeaders } from "../shared/page-headers.js";

export class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", this.#clicked);
    this.hidden = false;
    this.#show(this.#isSupported ? "off" : "unsupported");
    if (this.#isSupported) this.#recall();
  }

  disconnectedCallback() {
    this.querySelector("button")?.removeEventListener("click", this.#clicked);
  }

  get #isSupported() {
    return isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  }

  /** What the server knows of this session is worth nothing where the browser has forgotten it. */
  async #recall() {
    const subscription = await this.#subscription();
    this.#show(subscription && this.dataset.on === "yes" ? "on" : "off");
  }

  async #subscription() {
    const registration = await navigator.serviceWorker.getRegistration(this.dataset.scope);
    return (await registration?.pushManager.getSubscription()) ?? null;
  }

  #clicked = async () => {
    const isOn = this.dataset.state === "on";
    this.#show("busy");
    try {
      this.#show(isOn ? await this.#switchOff() : await this.#switchOn());
    } catch {
      this.#show("failed");
    }
  };

  /** @returns {Promise<State>} */
  async #switchOn() {
    if ((await Notification.requestPermission()) !== "granted") return "denied";
    const { worker = "", scope, key, subscribe = "" } = this.dataset;
    // Of an installation with another key, or of who sat here before.
    await (await this.#subscription())?.unsubscribe();
    await navigator.serviceWorker.register(worker, { scope });
    const registration = await activeOf(scope ?? "");
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys = {} } = subscription.toJSON();
    await this.#post(subscribe, { endpoint: endpoint ?? "", public_key: keys.p256dh, secret: keys.auth });
    this.dataset.on = "yes";
    return "on";
  }

  /** @returns {Promise<State>} */
  async #switchOff() {
    await this.#post(this.dataset.unsubscribe ?? "", {});
    this.dataset.on = "no";
    await (await this.#subscription())?.unsubscribe();
    await (await navigator.serviceWorker.getRegistration(this.dataset.scope))?.unregister();
    return "off";
  }

  /** @param {string} address @param {Record<string, string>} fields */
  async #post(address, fields) {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields), headers: pageHeaders(), redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
  }

  /** @param {State} state */
  #show(state) {
    this.dataset.state = state;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-push]"))) part.hidden = part.dataset.push !== state;
    /** @type {HTMLButtonElement} */ (this.querySelector("button")).hidden = !["on", "off", "failed"].includes(state);
  }
}

/** The page may stand beyond what the worker answers for: `ready` would never come there. @param {string} scope */
async function activeOf(scope) {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  const worker = registration?.installing ?? registration?.waiting;
  if (!registration || (!worker && !registration.active)) throw new Error("no worker");
  while (worker && worker.state !== "activated") {
    if (worker.state === "redundant") throw new Error("no worker");
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
  return registration;
}

customElements.define("push-switch", PushSwitch);
