import { secondsSince } from "./zone-clock.js";

const HOUR_S = 3600;

/** `<operator-list>`: the same rows for everybody; here one's own becomes «Вы» and times relative. */
export class OperatorList extends HTMLElement {
  connectedCallback() {
    const zone = /** @type {HTMLElement | null} */ (this.closest("operator-zone"));
    const own = this.querySelector(`.operator[data-account="${zone?.dataset.account}"] [data-name]`);
    if (own) own.textContent = this.dataset.you ?? "";
    this.tick();
  }

  /** A minute ago is told in minutes, yesterday in days. */
  tick() {
    const minutes = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute" });
    for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (this.querySelectorAll("time[data-ago]"))) {
      const seconds = secondsSince(time.dateTime);
      time.textContent = seconds < HOUR_S ? minutes.format(Math.floor(seconds / 60)) : dayOrTime(new Date(time.dateTime));
    }
  }
}

/** @param {Date} at @returns {string} the time today, «вчера», else the date */
function dayOrTime(at) {
  const language = document.documentElement.lang;
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (at.getTime() >= midnight) return at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  const isYesterday = at.getTime() >= new Date(midnight - HOUR_S * 1000).setHours(0, 0, 0, 0);
  if (isYesterday) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-1, "day");
  return at.toLocaleDateString(language, { day: "numeric", month: "short" });
}

customElements.define("operator-list", OperatorList);
