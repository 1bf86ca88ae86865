/**
 * What differs from zone to zone where colleagues share a conversation. Rows, people and
 * invitations come from the server alike for everyone; what of them is shown follows from whose
 * zone this is.
 */
import { guestOf, isNamed, isOfDepartment, whoseIs } from "./access.js";

/**
 * Makes a row the guest's own: their unread count, who invites them, and the decision.
 * @param {HTMLElement} row
 * @param {import("./access.js").Who} who
 * @param {(row: HTMLElement, unread: number) => void} setUnread
 */
export function showGuest(row, who, setUnread) {
  const guest = guestOf(row.dataset, who);
  if (!guest) return;
  const isAsked = !guest.isIn;
  setUnread(row, guest.unread);
  row.classList.toggle("is-invited", isAsked);
  for (const part of row.querySelectorAll(".line--invitation, [data-invitation]")) part.toggleAttribute("hidden", !isAsked);
  row.querySelector("[data-accept]")?.toggleAttribute("hidden", isAsked || !isOfDepartment(row.dataset, who));
  if (!isAsked) return;
  row.dataset.since = guest.since;
  row.dataset.senderName = guest.inviter;
  row.dataset.news = "invitation";
  const inviter = row.querySelector("[data-inviter]");
  if (inviter) inviter.textContent = guest.inviter;
}

/**
 * `<own-parts>`: shows what is for this account (`data-shown-to`: accounts, or «administrators»)
 * and hides what is not (`data-hidden-from`).
 *
 * Event, bubbling: `participation` (detail {conversation, isGuest}), where the element says who
 * takes part.
 */
export class OwnParts extends HTMLElement {
  connectedCallback() {
    const who = whoseIs(this);
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-shown-to], [data-hidden-from]"))) {
      const { shownTo, hiddenFrom } = part.dataset;
      part.hidden = (shownTo !== undefined && !isNamed(shownTo, who)) || isNamed(hiddenFrom, who);
    }
    const { conversation, joined } = this.dataset;
    if (joined === undefined) return;
    const detail = { conversation, isGuest: isNamed(joined, who) };
    this.dispatchEvent(new CustomEvent("participation", { detail, bubbles: true }));
  }
}

customElements.define("own-parts", OwnParts);
