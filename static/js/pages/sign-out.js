// «Выйти» is a link to a page that asks; here it signs out at once, by the POST that changing anything needs.

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("sign-out"));
  if (!form || !target.closest("[data-sign-out]")) return;
  event.preventDefault();
  form.submit();
});
