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
  showPassage(pressed.dataset.id, pressed.textContent);
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
