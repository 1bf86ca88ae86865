/**
 * What each request of the zone carries: the proof that it is ours, and whose page it comes from.
 * htmx sends it by itself.
 * @returns {Record<string, string>}
 */
export function pageHeaders() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
}

/** @param {string} proof that the page is ours, in place of the one it came with */
export function renewProof(proof) {
  document.body.setAttribute("hx-headers", JSON.stringify({ ...pageHeaders(), "X-CSRFToken": proof }));
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) /** @type {HTMLInputElement} */ (field).value = proof;
}
