/**
 * `<template-dialog>`: a template of one's own is written or changed beside the zone, which nobody
 * leaves for it. It also hears that templates are others.
 */
import { hear, zoneOf } from "./region.js";
import { store } from "./template-store.js";

export class TemplateDialog extends HTMLElement {
  /** @type {AbortController | null} */
  #hearing = null;

  connectedCallback() {
    this.#hearing = hear(this, {
      "frame:templates": () => store.renew(),
      welcomed: () => store.renew(),
      edittemplate: ({ template }) => this.#open(template ? `${template}/` : "add/"),
      savetemplate: ({ message }) => this.#begin(message),
    });
    const { signal } = this.#hearing;
    this.addEventListener("templatesaved", () => this.#saved(), { signal });
    this.addEventListener("htmx:afterSettle", () => this.#dialog.open && /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid=true]"))?.focus(), { signal });
    this.addEventListener("click", (event) => /** @type {Element} */ (event.target).closest("[data-close-dialog]") && this.#dialog.close(), { signal });
  }

  disconnectedCallback() {
    this.#hearing?.abort();
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  /** With what one has written to the visitor. @param {string} message */
  #begin(message) {
    const conversation = zoneOf(this)?.conversation ?? "";
    this.#open(`add/?${new URLSearchParams({ conversation, message })}`);
  }

  /** @param {string} page */
  async #open(page) {
    const { htmx } = /** @type {any} */ (window);
    /** @type {HTMLElement} */ (this.querySelector("#template-form")).replaceChildren();
    await htmx.ajax("GET", `${this.dataset.pages}${page}`, { source: "#template-form", target: "#template-form", swap: "outerHTML" });
    // A refusal is told in words of the zone.
    if (!this.querySelector("form") || this.#dialog.open) return;
    this.#dialog.showModal();
    /** @type {HTMLElement | null} */ (this.querySelector("[name=code]"))?.focus();
  }

  /** Its frame comes also; not to who has just lost the link. */
  #saved() {
    this.#dialog.close();
    store.renew();
  }
}

customElements.define("template-dialog", TemplateDialog);
