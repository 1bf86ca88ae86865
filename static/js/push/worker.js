/**
 * What comes through the server of a browser, for a zone that may be asleep. It is served at
 * /chat/worker.js, answers for nothing beyond that folder, and fetches nothing.
 *
 * @typedef {{id: string, tag: string, conversation: string, title: string, body: string, url: string}} Told
 * as chat/notices/words.py makes it
 */
const worker = /** @type {any} */ (self);

worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(show(event.data.json())));
worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

/** Nothing for who has us before their eyes; what an open tab has said already is not said twice. @param {Told} told */
async function show({ id, tag, conversation, title, body, url }) {
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (tabs.some((/** @type {any} */ tab) => tab.visibilityState === "visible")) return;
  const shown = await worker.registration.getNotifications({ tag });
  const isKnown = shown.some((/** @type {any} */ notice) => notice.data?.id === id);
  await worker.registration.showNotification(title, {
    ...{ tag, body, icon: "/static/icon.svg", renotify: !isKnown, silent: isKnown },
    data: { id, conversation, url },
  });
}

/** In a tab of the zone that is there, else in a new one. @param {Told} data */
async function open({ conversation, url }) {
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const zone = tabs.find((/** @type {any} */ tab) => new URL(tab.url).pathname.startsWith("/chat/"));
  if (!zone) return worker.clients.openWindow(url);
  zone.postMessage({ open: conversation });
  return zone.focus();
}
