"""What runs in the browser beside Gradio: scrolling inside the sheet, remembering what is typed, presses in lists."""

# For an HTML component: a click on anything with `data-act` becomes an event that carries `act` and `id`.
CLICKS = """
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-act]");
  if (!pressed || !element.contains(pressed)) return;
  event.preventDefault();
  trigger("click", { act: pressed.dataset.act, id: pressed.dataset.id || "" });
});
"""

# In front of CLICKS: a double click counts once, or its second half would decide about whatever moved up.
ONE_PRESS = """
element.addEventListener("click", (event) => {
  if (event.detail > 1) event.stopImmediatePropagation();
});
"""

# In front of CLICKS: a picture that the arrow keys walk through from mark to mark, where Enter presses. It opens where
# the writing goes on, and a mark that was pressed keeps the focus when the picture is drawn anew.
TREE_KEYS = """
const marks = () => [...element.querySelectorAll("[data-act]")];
const box = () => element.querySelector(".ll-tree");
const middle = (node) => {
  const place = node.getBoundingClientRect();
  return { x: place.left + place.width / 2, y: place.top + place.height / 2 };
};
const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// The nearest mark in a direction; what lies beside the way counts more than how far it is.
const next = (from, [dx, dy]) => {
  const here = middle(from);
  let best = null, least = Infinity;
  for (const one of marks()) {
    const there = middle(one);
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    if (one === from || along < 4 || along + 3 * aside >= least) continue;
    best = one;
    least = along + 3 * aside;
  }
  return best;
};
element.addEventListener("keydown", (event) => {
  const mark = event.target.closest("[data-act]");
  if (!mark || !element.contains(mark)) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    mark.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  }
  if (!ways[event.key]) return;
  event.preventDefault();
  const target = next(mark, ways[event.key]);
  if (target) target.focus();
});
let left = null, story = null, focused = null;
element.addEventListener("scroll", (event) => {
  if (event.target === box()) left = { x: box().scrollLeft, y: box().scrollTop };
}, true);
element.addEventListener("focusin", (event) => { focused = event.target.dataset?.id || null; });
element.addEventListener("focusout", (event) => { if (event.target.isConnected) focused = null; });
const settle = () => {
  const place = box();
  if (!place) return;
  if (place.dataset.story !== story || !left) {
    story = place.dataset.story;
    const here = place.querySelector(".ll-here");
    if (!here || !place.clientWidth) return;
    place.scrollLeft = here.getBoundingClientRect().left - place.getBoundingClientRect().left - place.clientWidth / 2;
    place.scrollTop = here.getBoundingClientRect().top - place.getBoundingClientRect().top - place.clientHeight / 2;
  } else {
    place.scrollTo(left.x, left.y);
  }
  const again = focused && marks().find((one) => one.dataset.id === focused);
  if (again) again.focus({ preventScroll: true });
};
watch("value", () => setTimeout(settle, 30));
const begin = (tries) => {
  if (box()?.clientWidth) settle();
  else if (tries) setTimeout(() => begin(tries - 1), 100);
};
begin(50);
"""

# In front of CLICKS: a press on a quoted sentence turns to its chapter in Write, and marks the sentence there. Quotes,
# dashes, spaces and emphasis may differ between the two. A chapter that can't be found is told as the act "lost".
SHOW_PASSAGE = """
const plain = { "“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "…": "...", "*": "", "_": "" };
const spelled = (letter) => plain[letter] ?? (/\\s/.test(letter) ? " " : letter.toLowerCase());
const seen = (node) => node && node.getClientRects().length > 0;

// The letters of a chapter as they would be compared, each with the place where it stands.
const spell = (page) => {
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  let text = "", block = null;
  const places = [];
  const put = (letters, place) => {
    if (letters === " " && (!text || text.endsWith(" "))) return;
    for (const letter of letters) { text += letter; places.push(place); }
  };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const inside = node.parentElement.closest("p, header, div");
    if (inside !== block || node.previousSibling?.nodeName === "BR") put(" ", { node, at: 0 });
    block = inside;
    let at = 0;
    for (const letter of node.data) {
      put(spelled(letter), { node, at });
      at += letter.length;
    }
  }
  return { text, places };
};

const find = (page, quote) => {
  const wanted = [...quote].map(spelled).join("").replace(/ +/g, " ").replace(/^[ ."']+|[ ."']+$/g, "");
  const { text, places } = spell(page);
  const from = wanted ? text.indexOf(wanted) : -1;
  if (from < 0) return null;
  // The marks around the sentence belong to it.
  let end = from + wanted.length;
  while (/[."']/.test(text[end] || "")) end += 1;
  return places.slice(/["']/.test(text[from - 1] || "") ? from - 1 : from, end);
};

const light = (places) => {
  const parts = new Map();
  for (const { node, at } of places) {
    const part = parts.get(node) || parts.set(node, { from: at, to: at }).get(node);
    part.to = Math.max(part.to, at + 1);
  }
  const marks = [];
  for (const [node, { from, to }] of parts) {
    if (!node.data.slice(from, to).trim()) continue;
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, Math.min(to, node.data.length));
    const mark = document.createElement("mark");
    mark.className = "ll-lit";
    range.surroundContents(mark);
    marks.push(mark);
  }
  return marks;
};

const unlight = () => document.querySelectorAll("mark.ll-lit").forEach((mark) => {
  const around = mark.parentNode;
  mark.replaceWith(...mark.childNodes);
  around.normalize();
});

const showPassage = (number, quote, tries = 60) => {
  const place = document.querySelector(".ll-paper");
  const page = document.getElementById("chapter-" + number);
  if (!seen(place) || !page) {
    if (tries > 0) return setTimeout(() => showPassage(number, quote, tries - 1), 50);
    return trigger("click", { act: "lost", id: number });
  }
  unlight();
  // What was merged or folded together may rest on several chapters.
  let places = find(page, quote);
  for (const other of places ? [] : place.querySelectorAll(".ll-chapter[id]")) places = places || find(other, quote);
  const marks = places ? light(places) : [];
  const target = marks[0] || page;
  const above = (node) => node.getBoundingClientRect().top;
  place.scrollTop += above(target) - above(place) - (marks.length ? place.clientHeight / 3 : 8);
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  window.loreloom.reveal(".ll-paper");
  clearTimeout(window.loreloom.unlighting);
  window.loreloom.unlighting = setTimeout(unlight, 6000);
};

element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-act=passage]");
  if (!pressed || !element.contains(pressed)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const tabs = [...document.querySelectorAll("button[role=tab]")];
  const write = tabs.find((tab) => tab.textContent.trim() === "Write" && getComputedStyle(tab).visibility !== "hidden");
  if (write) write.click();
  showPassage(pressed.dataset.id, pressed.dataset.quote ?? pressed.textContent);
});
"""

# The sheet scrolls inside itself, and follows running text only while the reader is at its end.
FOLLOW_THE_TEXT = """
const sheet = () => element.closest(".ll-paper");
let atEnd = true;
const attach = () => {
  const place = sheet();
  if (!place) return setTimeout(attach, 100);
  place.addEventListener("scroll", () => {
    atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 90;
  }, { passive: true });
};
attach();
let writing = false;
watch("value", () => {
  const place = sheet();
  const live = element.querySelector(".ll-live");
  if (!place) return;
  // A new draft begins at the top of its page; from there on the text is followed.
  if (live && (!writing || atEnd)) place.scrollTop = place.scrollHeight;
  // Of a chapter that was told again one wants to see what is different.
  const change = !live && element.querySelector(".ll-between :is(ins, del)");
  if (change) {
    const above = (node) => node.getBoundingClientRect().top;
    const page = element.querySelector(".ll-draft");
    const near = above(change) - above(page) < place.clientHeight * 0.8;
    place.scrollTop += above(near ? page : change) - above(place) - (near ? 8 : place.clientHeight / 3);
  }
  writing = !!live;
});
"""

# After a story was opened or a draft came: show where the reading goes on.
TO_LAST_PAGE = """() => setTimeout(() => {
  const place = document.querySelector(".ll-paper");
  if (!place || place.querySelector(".ll-live")) return;
  const pages = place.querySelectorAll(".ll-chapter");
  const last = place.querySelector(".ll-draft") || pages[pages.length - 1];
  const above = (node) => node.getBoundingClientRect().top;
  place.scrollTop = last && pages.length > 1 ? above(last) - above(place) + place.scrollTop - 8 : 0;
}, 80)"""

# A press on a chapter of the contents turns to its page.
TO_CHAPTER = """
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-act=chapter]");
  if (!pressed) return;
  event.preventDefault();
  const place = document.querySelector(".ll-paper");
  const page = document.getElementById("chapter-" + pressed.dataset.id);
  if (!place || !page) return;
  place.scrollTop = page.getBoundingClientRect().top - place.getBoundingClientRect().top + place.scrollTop - 8;
  window.loreloom.reveal(".ll-paper");
});
"""

# Without a round trip: each keystroke is kept by the browser, under the story it was typed for.
KEEP_TYPED = """(text, story, kept) => {
  const before = kept && typeof kept === "object" ? kept : {};
  return [{ ...before, typed: { ...(before.typed || {}), [story || ""]: text } }];
}"""

# The plan's cards are edited where they stand. What is typed is kept by the browser until it is saved, also when the
# list is drawn anew or the page is loaded again. Nothing is deleted by one press alone.
PLAN_CARDS = """
const place = () => "loreloom-plan-" + (element.querySelector(".ll-plan")?.dataset.story || "");
const typed = () => JSON.parse(sessionStorage.getItem(place()) || "{}");
const keep = (all) => sessionStorage.setItem(place(), JSON.stringify(all));
const forget = (id) => { const all = typed(); delete all[id]; keep(all); };
const saving = new Set();
const card = (node) => node.closest("[data-item]");
const fields = (one) => [...one.querySelectorAll("[data-field]")];
const words = (one) => Object.fromEntries(fields(one).map((field) => [field.dataset.field, field.value]));

const open = (one, focus) => {
  const before = typed()[one.dataset.item];
  const value = (field) => (before ? before[field.dataset.field] ?? "" : field.defaultValue ?? "");
  fields(one).forEach((field) => { field.value = value(field); });
  one.classList.add("ll-editing");
  one.querySelector(".ll-plan-form").hidden = false;
  if (one.hasAttribute("draggable")) one.draggable = false;
  if (focus) fields(one)[0].focus();
};
const shut = (one) => {
  one.classList.remove("ll-editing");
  one.querySelector(".ll-plan-form").hidden = true;
  if (one.hasAttribute("draggable")) one.draggable = true;
};
const save = (one) => {
  shut(one);
  saving.add(one.dataset.item);
  trigger("click", { act: "save", id: one.dataset.item, ...words(one) });
};

const doings = {
  edit: (one) => open(one, true),
  leave: (one) => { forget(one.dataset.item); shut(one); },
  save,
  up: (one, button) => trigger("click", { act: "move", id: one.dataset.item, to: button.dataset.to }),
  down: (one, button) => trigger("click", { act: "move", id: one.dataset.item, to: button.dataset.to }),
  into: (one, button) => trigger("click", { act: "into", id: one.dataset.item, to: button.dataset.to }),
  part: (one) => trigger("click", { act: "part", id: one.dataset.item }),
  write: (one) => {
    trigger("click", { act: "write", id: one.dataset.item });
    setTimeout(() => document.querySelector("#ll-instruction textarea")?.focus(), 600);
  },
  delete: (one, button) => {
    if (button.classList.contains("ll-sure")) return trigger("click", { act: "delete", id: one.dataset.item });
    const before = button.textContent;
    button.classList.add("ll-sure");
    button.textContent = button.dataset.sure || "Really delete?";
    setTimeout(() => { button.classList.remove("ll-sure"); button.textContent = before; }, 4000);
  },
};
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-do]");
  if (!pressed || pressed.disabled || !element.contains(pressed) || event.detail > 1) return;
  doings[pressed.dataset.do](card(pressed), pressed);
});
element.addEventListener("input", (event) => {
  const one = card(event.target);
  if (one) keep({ ...typed(), [one.dataset.item]: words(one) });
});
element.addEventListener("keydown", (event) => {
  const one = card(event.target);
  if (!one || !event.target.dataset.field) return;
  if (event.key === "Escape") doings.leave(one);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save(one);
});

let dragged = null;
element.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("li[draggable=true]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
const target = (event) => dragged && event.target.closest?.("li[draggable]");
element.addEventListener("dragover", (event) => { if (target(event)) event.preventDefault(); });
element.addEventListener("drop", (event) => {
  const onto = target(event);
  if (!onto) return;
  event.preventDefault();
  if (onto !== dragged) trigger("click", { act: "move", id: dragged.dataset.item, to: onto.dataset.place });
  dragged = null;
});

const reopen = () => Object.keys(typed()).forEach((id) => {
  const one = element.querySelector(`[data-item="${id}"]`);
  if (one) open(one, false);
});
reopen();
new MutationObserver((changes) => {
  if (!changes.some((one) => [...one.addedNodes].some((node) => node.querySelector?.(".ll-plan-form")))) return;
  saving.forEach(forget);
  saving.clear();
  reopen();
}).observe(element, { childList: true, subtree: true });
"""

# The list of conversations. Nothing is deleted by one press alone.
CHAT_LIST = """
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-do]");
  if (!pressed || !element.contains(pressed) || event.detail > 1) return;
  if (pressed.dataset.do === "delete" && !pressed.classList.contains("ll-sure")) {
    const before = pressed.textContent;
    pressed.classList.add("ll-sure");
    pressed.textContent = "Really delete?";
    return setTimeout(() => { pressed.classList.remove("ll-sure"); pressed.textContent = before; }, 4000);
  }
  trigger("click", { act: pressed.dataset.do, id: pressed.closest("[data-item]").dataset.item });
});
"""

# What is said scrolls inside itself, and follows a running answer while the reader is at its end.
FOLLOW_TALK = """
let atEnd = true;
const place = () => element.closest(".ll-talk");
const attach = () => {
  if (!place()) return setTimeout(attach, 100);
  place().addEventListener("scroll", () => {
    const at = place();
    atEnd = at.scrollHeight - at.scrollTop - at.clientHeight < 90;
  }, { passive: true });
};
attach();
const asked = () => element.querySelectorAll(".ll-from-person").length;
let before = 0;
watch("value", () => setTimeout(() => {
  const at = place();
  if (!at) return;
  if (atEnd || asked() > before) at.scrollTop = at.scrollHeight;
  before = asked();
}, 30));
"""

# Without a round trip: each keystroke of a message is kept by the browser, under the story it was typed for, until it
# is sent. What stands in the box already is never replaced.
KEEP_MESSAGE = "(text, story) => { localStorage.setItem('loreloom-message-' + (story || ''), text); }"
MESSAGE_TYPED = "(text, story) => text || localStorage.getItem('loreloom-message-' + (story || '')) || ''"
# The box is emptied when the message has arrived, unless the next one is being typed already.
MESSAGE_GOES = "(...given) => { window.loreloomSent = given[4]; return given; }"
MESSAGE_SENT = """(text, story) => {
  const left = text === window.loreloomSent ? "" : text;
  localStorage.setItem("loreloom-message-" + (story || ""), left);
  return left;
}"""

FOCUS_MESSAGE = "() => document.querySelector('#ll-message textarea').focus()"
FOCUS_REQUEST = "() => document.querySelector('#ll-instruction textarea').focus()"
REVEAL_SHEET = "() => window.loreloom.reveal('#ll-paper')"
REVEAL_ENTRY = "() => window.loreloom.reveal('#ll-entry-side')"
# Only where the form has opened; other decisions leave the focus where it is.
REVEAL_MERGE = """() => setTimeout(() => {
  const form = document.querySelector("#ll-merge");
  if (!form || !form.getClientRects().length || form.contains(document.activeElement)) return;
  form.scrollIntoView({ behavior: "smooth", block: "nearest" });
  // Not into the list itself, which would open over the buttons.
  const heading = form.querySelector(".ll-line");
  heading.tabIndex = -1;
  heading.focus();
}, 60)"""
DAY_OR_NIGHT = "() => window.loreloom.toggle()"
