/**
 * `<report-picture>` around a drawing: what stands in `data-tip` of a place is read by hover, by
 * touch, and by the arrows once the picture has the focus. Places of a map have a `data-row`: there
 * ↑ and ↓ keep the column. Esc takes the words away.
 */

const GAP_PX = 8;

/**
 * Where the arrows lead among places in rows, each of them as long as the others.
 * @param {string} key @param {number} at where one is, -1 for nowhere yet @param {number} count @param {number} wide places in a row
 */
export function steps(key, at, count, wide) {
  const isMap = wide < count;
  /** @type {Record<string, number>} */
  const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: isMap ? -wide : -1, ArrowDown: isMap ? wide : 1 };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (!(key in moves)) return null;
  if (at < 0) return 0;
  const next = at + moves[key];
  return next >= 0 && next < count ? next : at;
}

class ReportPicture extends HTMLElement {
  connectedCallback() {
    this.tip = /** @type {HTMLElement} */ (this.querySelector(".picture__tip"));
    const places = /** @type {SVGGraphicsElement[]} */ ([...this.querySelectorAll("[data-tip]")]);
    this.places = places;
    this.wide = places.filter((place) => place.dataset.row === places[0]?.dataset.row).length;
    this.addEventListener("pointerover", (event) => this.#pointed(event));
    this.addEventListener("pointerleave", () => this.show(-1));
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("blur", () => this.show(-1));
  }

  get at() {
    return this.places?.findIndex((place) => place.classList.contains("is-current")) ?? -1;
  }

  /** @param {number} at */
  show(at) {
    if (!this.places || !this.tip) return;
    this.places.forEach((place, number) => place.classList.toggle("is-current", number === at));
    const place = this.places[at];
    this.tip.textContent = place?.dataset.tip ?? "";
    if (place) this.#stand(place);
  }

  /** Beside the place, within the picture. @param {SVGGraphicsElement} place */
  #stand(place) {
    const [whole, part] = [this.getBoundingClientRect(), place.getBoundingClientRect()];
    const { offsetWidth: width, offsetHeight: height } = /** @type {HTMLElement} */ (this.tip);
    const [left, right, top] = [part.left - whole.left, part.right - whole.left, part.top - whole.top];
    const aside = right + GAP_PX + width <= whole.width ? right + GAP_PX : left - GAP_PX - width;
    const isNarrow = aside < 0;
    const across = isNarrow ? Math.min(Math.max(0, (left + right - width) / 2), whole.width - width) : aside;
    const above = isNarrow ? top - GAP_PX - height : Math.min(top, whole.height - height);
    /** @type {HTMLElement} */ (this.tip).style.translate = `${Math.max(0, across)}px ${isNarrow ? above : Math.max(0, above)}px`;
  }

  /** @param {PointerEvent} event */
  #pointed(event) {
    const place = /** @type {Element} */ (event.target).closest("[data-tip]");
    if (place) this.show(this.places?.indexOf(/** @type {SVGGraphicsElement} */ (place)) ?? -1);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.target !== this || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") return this.show(-1);
    const at = steps(event.key, this.at, this.places?.length ?? 0, this.wide ?? 0);
    if (at === null) return;
    event.preventDefault();
    this.show(at);
    this.places?.[at]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

customElements.define("report-picture", ReportPicture);
