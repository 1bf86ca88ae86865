/**
 * Whose a row is, and what of it calls this account: what comes from the server alike for everyone
 * is judged here, by the rules of chat/access.py (tests/access_cases.json holds the two together).
 *
 * @typedef {{account: string, departments: string[], isAdministrator: boolean}} Who whose zone it is
 * @typedef {"waiting" | "mine" | "others"} Group
 * @typedef {{account: number, isIn: boolean, unread: number, inviter: string, since: string}} Guest
 * @typedef {{state?: string, operator?: string, toAccount?: string, toDepartment?: string, department?: string, guests?: string}} Row
 */

/** @param {{account?: string, departments?: string, administrator?: string}} zone data of the zone @returns {Who} */
export function whoseZone({ account = "", departments = "", administrator }) {
  return { account, departments: departments.split(" "), isAdministrator: administrator === "yes" };
}

/** @param {Element} part of a zone @returns {Who} */
export function whoseIs(part) {
  return whoseZone(/** @type {HTMLElement | null} */ (part.closest("operator-zone"))?.dataset ?? {});
}

/**
 * @param {Row} row
 * @param {Who} who
 * @returns {Group | null} null for a row that stands nowhere
 */
export function groupOf(row, who) {
  const { state, operator } = row;
  const guest = guestOf(row, who);
  // Who takes part in what waits for another department can not accept it, but goes on talking.
  if (state === "waiting" && guest?.isIn && !isOfDepartment(row, who)) return "mine";
  if (state === "waiting") return state;
  if (state !== "active") return null;
  if (operator === who.account) return "mine";
  if (isAddressed(row, who) || guest?.isIn === false) return "waiting";
  return guest ? "mine" : "others";
}

/** The part that an account has in another's conversation. @param {Row} row @param {Who} who @returns {Guest | undefined} */
export function guestOf({ guests }, { account }) {
  const all = /** @type {Guest[]} */ (guests ? JSON.parse(guests) : []);
  return all.find((guest) => String(guest.account) === account);
}

/** Whether what waits may be accepted, as soon as it is nobody else's. @param {Row} row @param {Who} who */
export function isOfDepartment({ department = "" }, { departments, isAdministrator }) {
  return isAdministrator || departments.includes(department);
}

/** Whether a transfer waits for this account's answer. @param {Row} row @param {Who} who */
export function isAddressed({ operator, toAccount, toDepartment }, { account, departments }) {
  if (operator === account) return false;
  if (toAccount) return toAccount === account;
  return Boolean(toDepartment) && departments.includes(toDepartment ?? "");
}

/** Whether a transfer is this account's to withdraw. @param {{sender?: string, operator?: string}} transfer @param {Who} who */
export function mayCancel({ sender, operator }, { account, isAdministrator }) {
  return isAdministrator || account === sender || account === operator;
}

/** Whether what there is to do here may become another while state and owner stay. @param {Row} row @param {Who} who */
export function hasDeeds({ state, operator }, { account, isAdministrator }) {
  return state === "waiting" || (state === "active" && (isAdministrator || operator === account));
}

/** A row names the accounts it rings with, or none at all: then with everyone. @param {{ringsFor?: string}} row @param {Who} who */
export function rings({ ringsFor }, { account }) {
  return ringsFor === undefined || ringsFor.split(" ").includes(account);
}

/** Whether a part is for this account. @param {string | undefined} named accounts, or «administrators» @param {Who} who */
export function isNamed(named, { account, isAdministrator }) {
  const all = (named ?? "").split(" ");
  return all.includes(account) || (isAdministrator && all.includes("administrators"));
}
