"use strict";
// Signs in with a one-time link, and keeps the page live. The page works without it, but stands still.

const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

// `/#token=…`: the part after # never leaves the browser by itself, so no log sees the token. It is taken off the address first.
async function signInFromLink() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return false;
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch(`/session?lang=${language}`, { method: "POST", body: new URLSearchParams({ token }) });
  if (answer.ok) {
    location.reload();
    return true;
  }
  const refused = document.getElementById("refused");
  if (refused) refused.hidden = false;
  return false;
}

// Makes `now` look like `next`, touching only what differs: what somebody reads, selects or listens to stays in place.
function morph(now, next) {
  const [old, fresh] = [[...now.childNodes], [...next.childNodes]];
  fresh.forEach((node, place) => {
    const there = old[place];
    if (!there) now.append(node);
    else if (there.isEqualNode(node)) return;
    else if (there.nodeName !== node.nodeName) there.replaceWith(node);
    else if (there.nodeType !== Node.ELEMENT_NODE) there.nodeValue = node.nodeValue;
    else {
      for (const { name } of [...there.attributes]) if (!node.hasAttribute(name)) there.removeAttribute(name);
      for (const { name, value } of node.attributes) if (there.getAttribute(name) !== value) there.setAttribute(name, value);
      morph(there, node);
    }
  });
  old.slice(fresh.length).forEach((node) => node.remove());
}

const ages = new Intl.RelativeTimeFormat(document.documentElement.lang);
const clocks = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

// Says times in the reader's own words and zone.
function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) continue;
    if (time.hasAttribute("data-clock")) time.textContent = clocks.format(at);
    if (!time.hasAttribute("data-age")) continue;
    const seconds = Math.max(0, Math.floor((Date.now() - at) / 1000));
    const [unit, size] = units.find(([, size]) => seconds >= size) ?? units.at(-1);
    time.textContent = ages.format(-Math.floor(seconds / size), unit);
    time.title = clocks.format(at);
  }
}

function setState(state) {
  document.getElementById("status").dataset.state = state;
}

function showSection({ section, html }) {
  const place = document.querySelector(`[data-section="${CSS.escape(section)}"]`);
  if (!place) return;
  // A parsed document runs nothing, and the policy of the page forbids the rest.
  const { body } = new DOMParser().parseFromString(html, "text/html");
  tellTimes(body);
  morph(place, body);
}

function showStatus({ stale_since }) {
  const since = document.getElementById("stale-since");
  if (stale_since) {
    since.dateTime = stale_since;
    tellTimes(since.parentElement);
  }
  setState(stale_since ? "stale" : "live");
}

let source = null;

function listen() {
  source?.close();
  source = new EventSource(`/events?lang=${language}`);
  source.addEventListener("section", (event) => showSection(JSON.parse(event.data)));
  source.addEventListener("status", (event) => showStatus(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    setState("lost");
    // While it is connecting the browser tries again by itself; once it is closed it was refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(askWhy, 5000);
  });
}

async function askWhy() {
  const answer = await fetch("/session").catch(() => null);
  if (answer?.status === 401) location.reload();
  else if (!document.hidden) listen();
}

// A page that nobody sees needs no news, and browsers allow only a few connections to one place.
let hiding = null;
function followVisibility() {
  clearTimeout(hiding);
  if (!document.hidden) {
    if (source?.readyState !== EventSource.OPEN) listen();
  } else {
    hiding = setTimeout(() => source?.close(), 60000);
  }
}

signInFromLink().then((leaving) => {
  if (leaving || document.body.dataset.page !== "dashboard") return;
  tellTimes(document);
  setInterval(() => tellTimes(document), 20000);
  listen();
  document.addEventListener("visibilitychange", followVisibility);
});
