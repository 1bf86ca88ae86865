/**
 * What each request of the zone carries: the proof that it is ours, and whose page it comes from.
 * htmx sends it by itself.
 * @returns {Record<string, string>}
 */
export function pageHeaders() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
}
