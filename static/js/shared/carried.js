/**
 * What a paste or a drop brings. Cells of a spreadsheet come as text, as HTML and as a picture of
 * themselves; a file copied in a file manager comes with its name or path as the text.
 *
 * @typedef {{files: File[], folders: string[]}} Carried folders: their names
 */

/**
 * Text wins where there is text, unless it only names the files.
 * @param {DataTransfer} data
 * @returns {Carried}
 */
export function pastedFiles(data) {
  const carried = droppedFiles(data);
  const names = new Set([...carried.files.map(({ name }) => name), ...carried.folders]);
  const lines = data.getData("text/plain").split("\n").map((line) => line.trim()).filter(Boolean);
  const isText = lines.some((line) => !names.has(lastPart(line)));
  return isText ? { files: [], folders: [] } : carried;
}

/** @param {DataTransfer} data @returns {Carried} */
export function droppedFiles(data) {
  /** @type {Carried} */
  const carried = { files: [], folders: [] };
  for (const item of [...data.items].filter(({ kind }) => kind === "file")) {
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (entry?.isDirectory) carried.folders.push(entry.name);
    else if (file) carried.files.push(file);
  }
  return carried;
}

/** @param {string} path also as an address */
function lastPart(path) {
  const last = path.split(/[\\/]/).at(-1) ?? "";
  try {
    return path.startsWith("file:") ? decodeURIComponent(last) : last;
  } catch {
    return last;
  }
}
