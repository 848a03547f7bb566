"""What runs in the browser on the Timeline tab: zoom, the way by arrow keys, and reasons that are being typed."""

# For the picture, in front of CLICKS. Zoom and place stay as they are when the picture is drawn anew.
TIME_PICTURE = """
const all = (selector, place = element) => [...place.querySelectorAll(selector)];
const one = (selector) => element.querySelector(selector);
// Widths in pixels; null is the picture's own width.
let wide = null, left = 0, top = 0, chosen = "", followed = "";

const own = () => Number(one(".ll-time-wide")?.dataset.width || 0);
const least = () => one(".ll-time-box")?.clientWidth || 0;
const shownWidth = () => Math.max(least(), wide === null ? own() : wide);

// Of words that would stand on each other the first ones are shown; at the right edge they stand before their bead.
const fitWords = () => {
  const inner = one(".ll-time-wide");
  if (!inner?.clientWidth) return;
  const texts = all("text[data-row]");
  texts.forEach((text) => text.classList.remove("ll-no-room", "ll-leftwards"));
  const edge = inner.getBoundingClientRect().right;
  const boxes = texts.map((text) => text.getBoundingClientRect()).map(({ left, right, width }) =>
    right > edge && width ? { left: left - width, right: right - width, turned: true } : { left, right });
  const order = texts.map((_, index) => index).sort((a, b) => boxes[a].left - boxes[b].left);
  const ends = new Map();
  for (const index of order) {
    const text = texts[index], { left, right, turned } = boxes[index];
    const main = chosen && text.closest(".ll-happening")?.dataset.id === chosen;
    const free = left > (ends.get(text.dataset.row) ?? -1e9);
    text.classList.toggle("ll-no-room", !free && !main);
    text.classList.toggle("ll-leftwards", !!turned);
    if (free || main) ends.set(text.dataset.row, right + 6);
  }
  const days = all(".ll-day-name");
  all("line.ll-day").forEach((line, index) => {
    line.classList.toggle("ll-no-room", !!days[index]?.classList.contains("ll-no-room"));
  });
};
const zoomTo = (width) => {
  const box = one(".ll-time-box"), inner = one(".ll-time-wide");
  if (!box || !inner) return;
  const middle = (box.scrollLeft + box.clientWidth / 2) / Math.max(1, inner.clientWidth);
  wide = width === null ? null : Math.min(Math.max(width, least()), Math.max(own(), least()) * 6);
  inner.style.width = wide === null ? `max(100%, ${own()}px)` : wide <= least() ? "100%" : wide + "px";
  box.scrollLeft = middle * inner.clientWidth - box.clientWidth / 2;
  tellZoom();
  fitWords();
};
const tellZoom = () => {
  const fits = shownWidth() <= least();
  for (const button of all("[data-zoom]")) {
    const off = button.dataset.zoom === "in" ? shownWidth() >= Math.max(own(), least()) * 6 : fits;
    button.setAttribute("aria-disabled", String(off));
  }
};
const zooms = {
  out: () => zoomTo(shownWidth() / 1.5),
  in: () => zoomTo(shownWidth() * 1.5),
  fit: () => zoomTo(0),
};

// An event is brought into the box without moving the page.
const bring = (event) => {
  const box = one(".ll-time-box"), bead = event?.querySelector(".ll-bead");
  if (!box || !bead) return;
  const at = bead.getBoundingClientRect(), frame = box.getBoundingClientRect();
  if (at.left < frame.left + 30 || at.right > frame.right - 60) {
    box.scrollLeft += at.left - frame.left - box.clientWidth / 3;
  }
  if (at.top < frame.top + 60 || at.bottom > frame.bottom - 30) {
    box.scrollTop += at.top - frame.top - box.clientHeight / 2;
  }
};
const events = () => all(".ll-happening");
const byId = (id) => events().find((event) => event.dataset.id === id);
const reach = (event) => {
  events().forEach((other) => { other.tabIndex = other === event ? 0 : -1; });
};
const choose = (id, moving) => {
  chosen = id;
  for (const event of events()) {
    if (event.dataset.id === id) event.setAttribute("aria-current", "true");
    else event.removeAttribute("aria-current");
  }
  const event = byId(id);
  if (event) reach(event);
  if (event && moving) bring(event);
  fitWords();
};
window.loreloom.timelineChose = (id) => choose(id, true);

const follow = (who) => {
  followed = who;
  one(".ll-time")?.classList.toggle("ll-following", who !== "");
  const meant = (node) => who !== "" && node.dataset.who === who;
  all(".ll-way[data-who]").forEach((way) => way.classList.toggle("ll-followed", meant(way)));
  all(".ll-person").forEach((name) => name.setAttribute("aria-pressed", String(meant(name))));
  events().forEach((event) => {
    event.classList.toggle("ll-aside", who !== "" && !event.dataset.people.split(" ").includes(who));
  });
};

element.addEventListener("click", (event) => {
  window.loreloom.timelineAct = event.target.closest("[data-act]")?.dataset.act || "";
  const zoom = event.target.closest("[data-zoom]");
  if (zoom) return zoom.getAttribute("aria-disabled") === "true" || zooms[zoom.dataset.zoom]();
  const name = event.target.closest(".ll-person");
  if (name) return follow(name.dataset.who === followed ? "" : name.dataset.who);
  const happening = event.target.closest(".ll-happening");
  if (happening) choose(happening.dataset.id, false);
});
element.addEventListener("keydown", (event) => {
  const here = event.target.closest?.(".ll-happening");
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -1e9, End: 1e9 };
  if (!here || !(event.key in steps)) return;
  event.preventDefault();
  const list = events(), at = list.indexOf(here) + steps[event.key];
  const next = list[Math.min(list.length - 1, Math.max(0, at))];
  reach(next);
  next.focus({ preventScroll: true });
  bring(next);
});
element.addEventListener("scroll", (event) => {
  if (!event.target.classList?.contains("ll-time-box") || !event.target.clientWidth) return;
  left = event.target.scrollLeft; top = event.target.scrollTop;
}, true);

const settle = () => {
  const box = one(".ll-time-box");
  if (!box || !box.clientWidth) return;
  const inner = one(".ll-time-wide"), before = [left, top];
  if (wide !== null) inner.style.width = wide <= least() ? "100%" : wide + "px";
  [box.scrollLeft, box.scrollTop] = before;
  tellZoom();
  choose(chosen, false);
  follow(all(".ll-person").some((name) => name.dataset.who === followed) ? followed : "");
};
let drawn = null;
new MutationObserver(() => {
  const now = one(".ll-time-wide");
  if (now && now !== drawn) { drawn = now; settle(); }
}).observe(element, { childList: true, subtree: true });
let width = 0;
new ResizeObserver(() => {
  if (element.clientWidth && element.clientWidth !== width) { width = element.clientWidth; settle(); }
}).observe(element);
"""

# For the event that is open and for the list, in front of CLICKS: nothing is deleted by one press alone.
EVENT_CARD = """
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-act]");
  window.loreloom.timelineAct = pressed?.dataset.act || "";
  if (pressed?.dataset.act !== "delete" || pressed.classList.contains("ll-sure")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const before = pressed.textContent;
  pressed.classList.add("ll-sure");
  pressed.textContent = "Really delete?";
  setTimeout(() => { pressed.classList.remove("ll-sure"); pressed.textContent = before; }, 4000);
});
"""
# The picture and the list show what is open.
SHOW_CHOSEN = """
const told = () => {
  const id = element.querySelector("[data-event]")?.dataset.event || "";
  window.loreloom.timelineChose?.(id);
  for (const row of document.querySelectorAll("#ll-events li[data-id]")) {
    if (row.dataset.id === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
};
watch("value", () => setTimeout(told, 30));
"""
_FORM = """
  const form = document.querySelector("#ll-event-form");
  if (!form || !form.getClientRects().length) return;
  form.scrollIntoView({ behavior: "smooth", block: "nearest" });
  if (!form.contains(document.activeElement)) form.querySelector("textarea")?.focus({ preventScroll: true });
"""
REVEAL_EVENT_FORM = f"() => setTimeout(() => {{{_FORM}}}, 120)"
# What was pressed decides what is brought into sight.
REVEAL_PRESSED = f"""() => setTimeout(() => {{
  const act = window.loreloom.timelineAct;
  if (act === "edit") {{{_FORM}return;}}
  if (act === "event") {{
    document.querySelector("#ll-event .ll-card")?.scrollIntoView({{ behavior: "smooth", block: "nearest" }});
  }}
}}, 120)"""

# Without a round trip: each keystroke in the form is kept by the browser, under its story and event, until it is saved.
# Which these are stands in the form's heading, since the server's states aren't known here.
KEEP_EVENT = """(what, when, where, who, kept) => {
  const heading = document.querySelector("#ll-event-form [data-editing]");
  const before = kept && typeof kept === "object" ? kept : {};
  if (!heading) return [before];
  const { story, editing } = heading.dataset, stories = before.events || {};
  const own = { ...(stories[story] || {}) };
  delete own[editing];
  own[editing] = { what, when, where, who };
  return [{ ...before, events: { ...stories, [story]: own } }];
}"""

# For what doesn't fit: a reason is asked for where it stands, and kept by the browser until it has arrived.
STANDING = """
const place = (key) => "loreloom-reason-" + key;
const card = (node) => node.closest("[data-key]");
const form = (one) => one.querySelector(".ll-standing");
const open = (one, focus) => {
  form(one).hidden = false;
  one.querySelector("[data-do=stand]").hidden = true;
  const box = one.querySelector("textarea");
  box.value = sessionStorage.getItem(place(one.dataset.key)) || "";
  if (focus) box.focus();
};
const shut = (one) => {
  form(one).hidden = true;
  one.querySelector("[data-do=stand]").hidden = false;
  sessionStorage.removeItem(place(one.dataset.key));
};
const send = (one) => {
  trigger("click", { act: "dismiss", id: one.dataset.key, reason: one.querySelector("textarea").value });
};
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-do]");
  if (!pressed || !element.contains(pressed) || event.detail > 1) return;
  const one = card(pressed);
  if (pressed.dataset.do === "stand") open(one, true);
  if (pressed.dataset.do === "leave") { shut(one); one.querySelector("[data-do=stand]").focus(); }
  if (pressed.dataset.do === "keep") send(one);
  if (pressed.dataset.do === "restore") trigger("click", { act: "restore", id: one.dataset.key });
});
element.addEventListener("input", (event) => {
  const one = card(event.target);
  if (one) sessionStorage.setItem(place(one.dataset.key), event.target.value);
});
element.addEventListener("keydown", (event) => {
  const one = card(event.target);
  if (!one || event.target.tagName !== "TEXTAREA") return;
  if (event.key === "Escape") shut(one);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(one);
});
const unfolded = new Set();
element.addEventListener("toggle", (event) => {
  const id = event.target.dataset?.fold;
  if (id && event.target.isConnected) event.target.open ? unfolded.add(id) : unfolded.delete(id);
}, true);
const again = () => {
  element.querySelectorAll("details[data-fold]").forEach((fold) => { fold.open ||= unfolded.has(fold.dataset.fold); });
  element.querySelectorAll("[data-key]").forEach((one) => {
    const reason = sessionStorage.getItem(place(one.dataset.key));
    // What has been let stand needs its words no longer.
    if (reason && !form(one)) return sessionStorage.removeItem(place(one.dataset.key));
    if (reason && form(one).hidden) open(one, false);
  });
};
again();
new MutationObserver((changes) => {
  if (changes.some((one) => [...one.addedNodes].some((node) => node.querySelector?.("[data-key]")))) again();
}).observe(element, { childList: true, subtree: true });
"""
