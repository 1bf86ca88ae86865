/** «/» goes to the search of the page, `[data-slash]`, while nobody writes. */
import { isComposing, isSlash, isTyping } from "../shared/system.js";

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || isComposing(event) || isTyping(event) || !isSlash(event)) return;
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-slash]"));
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});
