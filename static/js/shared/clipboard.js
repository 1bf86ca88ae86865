/**
 * Puts a text on the clipboard, also where there is none for scripts (no HTTPS, another site's
 * frame): then the old way, which wants something to be selected.
 * @param {string} text
 * @param {Node} shown what is selected for it
 * @returns {Promise<boolean>} whether it is there
 */
export async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, shown);
  }
}

/** @param {string} text @param {Node} shown */
function copySelected(text, shown) {
  const selection = getSelection();
  let isThere = false;
  /** @param {ClipboardEvent} event */
  const put = (event) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    isThere = true;
  };
  document.addEventListener("copy", put, { once: true });
  selection?.selectAllChildren(shown);
  document.execCommand("copy");
  selection?.removeAllRanges();
  document.removeEventListener("copy", put);
  return isThere;
}
