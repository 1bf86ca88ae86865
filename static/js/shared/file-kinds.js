/**
 * What a chosen file is, as an administrator tells kinds apart (departments.models.FileKind): said
 * before it is sent, where its type or its ending leaves no doubt. The server looks at the bytes.
 */
const ARCHIVES = new Set(["zip", "7z", "rar", "gz", "tgz", "bz2", "xz", "zst", "tar"]);
const DOCUMENTS = new Set(["pdf", "rtf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp"]);
const TEXTS = new Set(["txt", "log", "csv", "json", "md", "ini", "yml", "yaml"]);
const FAMILIES = new Map([["image", "pictures"], ["audio", "media"], ["video", "media"]]);

/** @param {{name: string, type: string}} file @returns {string} empty where the server has to tell */
export function kindOf({ name, type }) {
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  if (ARCHIVES.has(ending)) return "archives";
  if (DOCUMENTS.has(ending)) return "documents";
  if (TEXTS.has(ending)) return "texts";
  // What is drawn in words is kept as the text it is.
  return type.startsWith("image/svg") ? "texts" : (FAMILIES.get(type.split("/")[0]) ?? "");
}
