/**
 * What differs from zone to zone where colleagues share a conversation. Rows, people and
 * invitations come from the server alike for everyone; what of them is shown follows from whose
 * zone this is.
 *
 * @typedef {{account: number, isIn: boolean, unread: number, inviter: string, since: string}} Guest
 */

/**
 * The part that an account has in another's conversation; undefined for none.
 * @param {{guests?: string}} row data of a row
 * @param {string} account
 * @returns {Guest | undefined}
 */
export function guestOf({ guests }, account) {
  const all = /** @type {Guest[]} */ (guests ? JSON.parse(guests) : []);
  return all.find((guest) => String(guest.account) === account);
}

/**
 * Makes a row the guest's own: their unread count, who invites them, and the decision.
 * @param {HTMLElement} row
 * @param {string} account
 * @param {string[]} departments of that account
 * @param {(row: HTMLElement, unread: number) => void} setUnread
 */
export function showGuest(row, account, departments, setUnread) {
  const guest = guestOf(row.dataset, account);
  if (!guest) return;
  const isAsked = !guest.isIn;
  setUnread(row, guest.unread);
  row.classList.toggle("is-invited", isAsked);
  for (const part of row.querySelectorAll(".line--invitation, [data-invitation]")) part.toggleAttribute("hidden", !isAsked);
  const isOurs = departments.includes(row.dataset.department ?? "");
  row.querySelector("[data-accept]")?.toggleAttribute("hidden", isAsked || !isOurs);
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
    const { account = "", administrator } = /** @type {HTMLElement | null} */ (this.closest("operator-zone"))?.dataset ?? {};
    const me = administrator === "yes" ? [account, "administrators"] : [account];
    /** @param {string | undefined} named */
    const isNamed = (named) => (named ?? "").split(" ").some((one) => me.includes(one));
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-shown-to], [data-hidden-from]"))) {
      const { shownTo, hiddenFrom } = part.dataset;
      part.hidden = (shownTo !== undefined && !isNamed(shownTo)) || isNamed(hiddenFrom);
    }
    const { conversation, joined } = this.dataset;
    if (joined === undefined) return;
    const detail = { conversation, isGuest: joined.split(" ").includes(account) };
    this.dispatchEvent(new CustomEvent("participation", { detail, bubbles: true }));
  }
}

customElements.define("own-parts", OwnParts);
