/** Shortcuts are named as this system has them: on the page, and in what is swapped into it. */
import { nameKeys } from "./system.js";

nameKeys(document);
document.addEventListener("htmx:afterSettle", ({ target }) => nameKeys(/** @type {Element} */ (target)));
