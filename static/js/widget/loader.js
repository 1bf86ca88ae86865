// Served at /widget/loader.js and embedded by other people's pages: it must never throw there,
// takes no space until the window answers, and leaves nothing behind when the window goes.
(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const site = script?.dataset.site;
  /** @type {any} */
  const page = window;
  if (!script || !site || page.SphaeraSupport?.open) return;

  const MARGIN_PX = 20;
  const OPEN_SIZE = { width: 360 + 2 * MARGIN_PX, height: 560 + 2 * MARGIN_PX };
  const FOLDED_MOST = { width: 360, height: 280 };
  const ADDRESS_MOST = 2000;
  const TITLE_MOST = 300;
  // Of one address: a title that blinks or counts is not told on and on.
  const TITLES_MOST = 5;
  const SETTLE_MS = 300;
  const { origin } = new URL(script.src);
  const { tokenUrl } = script.dataset;
  let { token } = script.dataset;
  const narrow = matchMedia("(max-width: 479px)");
  const box = document.createElement("div");
  const frame = document.createElement("iframe");
  const leaving = new AbortController();
  const { signal } = leaving;
  /** @type {Record<string, ((detail: any) => void)[]>} */
  const listeners = {};
  let isReady = false;
  let isOpen = false;
  // A picture is looked at: the window stays in its corner of a frame as large as the page.
  let isViewing = false;
  let wantsOpen = false;
  /** @type {string | undefined} to be written about, once it opens */
  let wantedTicket;
  let folded = { width: 0, height: 0 };
  // The page's own title, what we put before it, and what stood there last.
  let ownTitle = titleNow();
  let mark = "";
  let shownTitle = ownTitle;
  let toldUrl = "";
  /** @type {Set<string>} */
  const toldTitles = new Set();
  /** @type {Element | undefined} */
  let head;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;

  const api = Object.assign((page.SphaeraSupport ??= {}), {
    unreadCount: 0,
    /** @param {{ticket?: string}} [about] */
    open: (about) => order("open", about?.ticket),
    fold: () => order("fold"),
    renew: () => post({ type: "renew" }),
    signOut: () => {
      post({ type: "signOut" });
      leave();
    },
    /** @param {string} name opened, folded, message or rated @param {(detail: any) => void} listener */
    on: (name, listener) => (listeners[name] ??= []).push(listener),
  });

  /** @param {string} type @param {string} [ticket] */
  function order(type, ticket) {
    if (type === "open") frame.focus();
    if (isReady) return post({ type, ticket });
    wantsOpen = type === "open";
    wantedTicket = ticket;
  }

  /** @param {object} message */
  function post(message) {
    if (frame.contentWindow && isReady) frame.contentWindow.postMessage({ sphaera: 1, ...message }, origin);
  }

  function describe() {
    const url = fit(location.href, ADDRESS_MOST);
    return { url, title: fit(ownTitle, TITLE_MOST), referrer: fit(document.referrer, ADDRESS_MOST) };
  }

  /** A form field named «title» stands where the page's title does. @param {any} text @param {number} most */
  function fit(text, most) {
    return typeof text === "string" ? text.slice(0, most).replace(/\p{Surrogate}/gu, "\ufffd") : "";
  }

  function titleNow() {
    return fit(document.title, Infinity);
  }

  /** What the page has changed meanwhile is its own, perhaps added to what we had marked. */
  function markTitle() {
    const now = titleNow();
    const count = isOpen ? 0 : api.unreadCount;
    const wanted = count ? `(${count}) ` : "";
    if (now === shownTitle && wanted === mark) return;
    if (now !== shownTitle) ownTitle = now.startsWith(mark) ? now.slice(mark.length) : now;
    mark = wanted;
    document.title = mark + ownTitle;
    shownTitle = titleNow();
  }

  /** @param {string} type */
  function tell(type) {
    const now = describe();
    const isNew = now.url !== toldUrl;
    if (isNew) toldTitles.clear();
    else if (type === "page" && (toldTitles.has(now.title) || toldTitles.size >= TITLES_MOST)) return;
    toldUrl = now.url;
    toldTitles.add(now.title);
    post({ type, page: now, open: wantsOpen || isOpen, ticket: wantedTicket });
  }

  /** Pages change in bursts, and their titles come after their addresses. */
  function changed() {
    if (head !== document.head) watch();
    settling ??= setTimeout(() => {
      settling = undefined;
      if (signal.aborted) return;
      enter();
      markTitle();
      if (isReady) tell("page");
    }, SETTLE_MS);
  }

  const watching = new MutationObserver(changed);
  function watch() {
    watching.disconnect();
    watching.observe(document, { childList: true });
    watching.observe(document.documentElement, { childList: true });
    head = document.head;
    if (head) watching.observe(head, { childList: true, subtree: true, characterData: true });
  }

  /** Beside the body, which pages replace as a whole; a frame that was taken out begins anew. */
  function enter() {
    if (signal.aborted || box.isConnected) return;
    wantsOpen ||= isOpen;
    isOpen = isReady = isViewing = false;
    box.style.width = box.style.height = "0";
    document.documentElement.append(box);
  }

  /** @param {string} name @param {any} [detail] */
  function emit(name, detail) {
    for (const listener of listeners[name] ?? []) {
      try {
        listener(detail);
      } catch (error) {
        console.error(error);
      }
    }
  }

  /** A new identity token; null when the host says that nobody is signed in. */
  async function freshToken() {
    if (api.onTokenNeeded) return (await api.onTokenNeeded()) ?? null;
    if (!tokenUrl) return null;
    const answer = await fetch(tokenUrl, { credentials: "same-origin", cache: "no-store" });
    if (answer.status >= 500) throw new Error();
    return answer.ok ? (await answer.json()).token : null;
  }

  /** @param {{isCheck?: boolean}} asked whether only to see who is signed in now */
  async function giveToken({ isCheck }) {
    const given = token;
    token = undefined;
    if (isCheck && !api.onTokenNeeded && !tokenUrl) return post({ type: "token", token: null, retry: true });
    // As old as the page; clocks of visitors are not to be trusted with its `exp`.
    if (given) return post({ type: "token", token: given, age: performance.now() });
    try {
      post({ type: "token", token: await freshToken() });
    } catch {
      // No answer is not a refusal: the window asks again later and keeps what is being written.
      post({ type: "token", token: null, retry: true });
    }
  }

  /** @param {number} count */
  function badge(count) {
    api.unreadCount = count;
    markTitle();
  }

  function layOut() {
    const isFull = isOpen && narrow.matches;
    const covers = isFull || (isOpen && isViewing);
    const view = window.visualViewport;
    const size = isOpen ? OPEN_SIZE : folded;
    Object.assign(box.style, {
      width: covers ? "100%" : `min(${size.width}px, 100%)`,
      // The visual viewport ends above a telephone's keyboard; the window must too.
      height: covers ? `${view?.height ?? innerHeight}px` : `min(${size.height}px, 100%)`,
      top: covers ? `${view?.offsetTop ?? 0}px` : "auto",
      bottom: covers ? "auto" : "0",
    });
    post({ type: "layout", full: isFull });
  }

  function leave() {
    leaving.abort();
    watching.disconnect();
    box.remove();
    isReady = false;
    badge(0);
    delete page.SphaeraSupport;
  }

  /** @type {Record<string, (message: any) => void>} */
  const answers = {
    ready() {
      isReady = true;
      tell("hello");
      wantsOpen = false;
      wantedTicket = undefined;
    },
    needToken: giveToken,
    size({ width, height }) {
      folded = { width: Math.min(width, FOLDED_MOST.width), height: Math.min(height, FOLDED_MOST.height) };
      layOut();
    },
    look({ corner, theme }) {
      const isLeft = corner === "left";
      frame.style.colorScheme = theme === "auto" ? "light dark" : theme;
      Object.assign(box.style, { left: isLeft ? "0" : "auto", right: isLeft ? "auto" : "0" });
    },
    opened() {
      isOpen = true;
      layOut();
      emit("opened");
    },
    folded() {
      isOpen = isViewing = false;
      layOut();
      emit("folded");
    },
    viewing({ on }) {
      isViewing = on === true;
      layOut();
    },
    unread: ({ count }) => badge(Number(count) || 0),
    message: ({ author }) => emit("message", { author }),
    rated: ({ score, most }) => emit("rated", { score, most }),
    gone: leave,
  };

  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin || event.data?.sphaera !== 1) return;
    answers[event.data.type]?.(event.data);
  }, { signal });
  // The page's own policy lets no frame of ours in: scripts of ours it has let in.
  addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
    if (isReady || effectiveDirective !== "frame-src" || !blockedURI.startsWith(origin)) return;
    const told = document.createElement("script");
    told.referrerPolicy = "origin";
    told.src = `${frame.src}blocked.js`;
    box.append(told);
    leave();
  }, { signal });
  const navigation = page.navigation;
  navigation?.addEventListener("navigatesuccess", changed, { signal });
  if (!navigation) addEventListener("popstate", changed, { signal });
  narrow.addEventListener("change", layOut, { signal });
  window.visualViewport?.addEventListener("resize", () => isOpen && layOut(), { signal });

  // The frame's scheme must equal its document's, or browsers paint it an opaque background.
  box.style.cssText =
    "all:initial;position:fixed;right:0;bottom:0;width:0;height:0;overflow:hidden;z-index:2147483000";
  frame.style.cssText = "display:block;width:100%;height:100%;border:0;color-scheme:light dark";
  frame.title = "Онлайн-консультант";
  frame.referrerPolicy = "origin";
  frame.src = `${origin}/widget/${encodeURIComponent(site)}/`;
  // A paper can not be pressed.
  const printing = matchMedia("print");
  printing.addEventListener("change", () => (box.style.display = printing.matches ? "none" : "block"), { signal });
  box.append(frame);
  const begin = () => {
    enter();
    watch();
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin, { signal });
})();
