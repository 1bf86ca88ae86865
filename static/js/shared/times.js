/**
 * One rule for every instant on a page: it stands in a `<time datetime>` (chat/wire/moments.py) and
 * is read by the clock of whoever reads it, rendered or swapped in, pushed or changed since. Its
 * `data-look` says how much of it. An `<option>` can hold no element: its `data-moment` is the
 * instant, and its `data-words` has places for `{day}` and `{time}`. A date alone is nobody's clock.
 * The look `opens` names the day within a week by `data-days`, from Sunday on, as a language has it
 * in «from then on».
 *
 * @typedef {"time" | "near" | "full" | "until" | "day"} Look
 */

const DAY_MS = 24 * 3600 * 1000;
const SHOWN = "time[datetime*=T]:not([data-ago]), [data-moment]";

const language = () => document.documentElement.lang || "ru";

/** @param {Date} at @returns {string} «14:05» */
export function clockTime(at) {
  return at.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });
}

/** Days of the calendar from one to the other. @param {Date} now @param {Date} at */
function daysBetween(now, at) {
  const midnight = (/** @type {Date} */ day) => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return Math.round((midnight(at) - midnight(now)) / DAY_MS);
}

/** @param {Date} at @param {Date} now @returns {string} «вчера», «завтра», else the date */
function dayName(at, now) {
  const days = daysBetween(now, at);
  if (Math.abs(days) <= 1) return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(days, "day");
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return at.toLocaleDateString(language(), { day: "numeric", month: "short", year });
}

/**
 * @param {Look | string | undefined} look the hour alone; the hour or, of another day, its name;
 *   date and hour; the hour, with the name of another day before it; the name of the day
 * @param {Date} at
 * @param {Date} [now]
 */
export function timeText(look, at, now = new Date()) {
  const isToday = daysBetween(now, at) === 0;
  if (look === "day") return dayName(at, now);
  if (look === "near" && !isToday) return dayName(at, now);
  if (look === "until" && !isToday) return `${dayName(at, now)}, ${clockTime(at)}`;
  if (look !== "full") return clockTime(at);
  const day = at.toLocaleDateString(language(), { day: "2-digit", month: "2-digit", year: "numeric" });
  return `${day} ${clockTime(at)}`;
}

/** @param {string} words with places for the day and the hour @param {Date} at @param {Date} [now] */
export function momentText(words, at, now = new Date()) {
  return words.replace("{day}", dayName(at, now)).replace("{time}", clockTime(at));
}

/**
 * When something opens next: «сегодня с 9:00», «завтра с 9:00», «в среду с 9:30», «8 декабря с 9:00».
 * @param {Date} at
 * @param {string[]} days by which those of the week are named, Sunday first
 * @param {Date} [now]
 */
export function openingText(at, days, now = new Date()) {
  const ahead = daysBetween(now, at);
  const isNear = ahead >= 0 && ahead <= 1;
  const date = at.toLocaleDateString(language(), { day: "numeric", month: "long" });
  const day = isNear ? dayName(at, now) : ahead > 1 && ahead < 7 ? days[at.getDay()] : date;
  return `${day} с ${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** @param {HTMLElement} element */
function show(element) {
  const { moment, words = "", look, days = "" } = element.dataset;
  const at = new Date(moment ?? /** @type {HTMLTimeElement} */ (element).dateTime);
  if (Number.isNaN(at.getTime())) return;
  const text = look === "opens" ? openingText(at, days.split("|")) : moment ? momentText(words, at) : timeText(look, at);
  if (element.textContent !== text) element.textContent = text;
  if (!moment) element.title = at.toLocaleString(language(), { dateStyle: "long", timeStyle: "short" });
}

/** @param {Node} root */
function showWithin(root) {
  if (!(root instanceof HTMLElement)) return;
  if (root.matches(SHOWN)) show(root);
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(SHOWN))) show(element);
}

/** Today is yesterday after midnight. */
function renameDays() {
  setTimeout(() => {
    showWithin(document.documentElement);
    renameDays();
  }, new Date().setHours(24, 0, 1, 0) - Date.now());
}

if (typeof MutationObserver !== "undefined") {
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") showWithin(target);
      else addedNodes.forEach(showWithin);
    }
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["datetime"] });
  showWithin(document.documentElement);
  renameDays();
}
