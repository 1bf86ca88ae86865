/** «Написать по заявке»: opens the window of this page with the ticket attached, or says that there is none. */

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element && /** @type {HTMLElement | null} */ (target.closest("[data-write-about]"));
  if (!button) return;
  const { SphaeraSupport } = /** @type {any} */ (window);
  const told = /** @type {HTMLElement} */ (button.parentElement?.querySelector("[data-not-there]"));
  told.textContent = SphaeraSupport?.open ? "" : (told.dataset.notThere ?? "");
  SphaeraSupport?.open?.({ ticket: button.dataset.writeAbout });
});
