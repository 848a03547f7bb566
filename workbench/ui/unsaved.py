"""What is typed into a form and not saved yet outlives a reload of the page: the browser keeps each keystroke.

What is typed for a story or an entry comes back there and nowhere else. A form that was open is opened again; until
that happens, a line at the top of the page says what waits, and shows it. Boxes that are sent rather than saved (the
request, a message, a question) keep what is typed by themselves.
"""

import json
from typing import Any

# Forms by name: the ids of their boxes, what the line at the top calls them, and where the page says what they are
# about: `subject` is [selector, data attribute], `heading` tells two uses of one form apart, `opener` is the button
# that opens it, `everywhere` means that it belongs to no story.
_LORE = ["ll-lore-title", "ll-lore-content", "ll-lore-aliases", "ll-lore-tags", "ll-lore-keys", "ll-lore-beside"]
FORMS: list[dict[str, Any]] = [
    {
        "name": "own",
        "label": "your version of a draft",
        "boxes": ["ll-own-text"],
        "subject": ["#ll-page [data-passage]", "passage"],
        "opener": "ll-edit-draft",
    },
    {
        "name": "note",
        "label": "a note in Lore",
        "boxes": ["ll-own-note"],
        "subject": ["#ll-entry [data-entry]", "entry"],
        "opener": "ll-edit-note",
    },
    {
        "name": "entry",
        "label": "an entry in Lore",
        "boxes": _LORE,
        "subject": ["#ll-entry [data-entry]", "entry"],
        "heading": "Edit the entry",
        "opener": "ll-edit-entry",
    },
    {
        "name": "new-entry",
        "label": "a new entry in Lore",
        "boxes": [*_LORE, "ll-hint-box"],
        "heading": "A new entry",
        "opener": "ll-add-entry",
    },
    {
        "name": "anew",
        "label": "how an entry should be told",
        "boxes": ["ll-anew"],
        "subject": ["#ll-entry [data-entry]", "entry"],
    },
    {"name": "plan", "label": "a text to read a plan from", "boxes": ["ll-plan-text"]},
    {"name": "branch", "label": "a branch’s name", "boxes": ["ll-branch-name"]},
    {"name": "context", "label": "a request in Context", "boxes": ["ll-if"]},
    {
        "name": "story",
        "label": "a new story",
        "boxes": ["ll-new-title", "ll-new-world", "ll-new-premise", "ll-new-genre", "ll-new-tone"],
        "everywhere": True,
    },
]

_SCRIPT = """
((forms) => {
  const KEY = "loreloom-unsaved";
  const read = () => {
    try {
      const all = JSON.parse(localStorage.getItem(KEY) || "{}");
      return all && typeof all === "object" ? all : {};
    } catch (error) { return {}; }
  };
  const write = (all) => {
    try { localStorage.setItem(KEY, JSON.stringify(all)); } catch (error) { /* a private window keeps nothing */ }
  };
  const change = (place, id, text, label) => {
    const all = read();
    const one = all[place] || { label, texts: {} };
    if (text) one.texts[id] = text; else delete one.texts[id];
    if (Object.keys(one.texts).length) all[place] = one; else delete all[place];
    write(all);
  };
  const story = () => document.querySelector("[data-open-story]")?.dataset.openStory || "";
  const box = (id) => document.querySelector(`#${id} textarea, #${id} input`);
  const shown = (node) => !!node && node.getClientRects().length > 0;
  // Where something is kept; nothing while the page can't tell yet what it is about.
  const place = (form) => {
    const here = form.everywhere ? "-" : story();
    const about = form.subject ? document.querySelector(form.subject[0])?.dataset[form.subject[1]] : "-";
    return here && about ? [form.name, here, about].join("|") : "";
  };
  const heading = () => document.querySelector("#ll-lore-form :is(h1, h2, h3)")?.textContent.trim();
  const inUse = (form) => !form.heading || heading() === form.heading;
  const formOf = (id) => forms.find((form) => form.boxes.includes(id) && inUse(form));

  // What was there when the page was opened, the boxes on the page, and the forms that were opened again.
  const earlier = new Set(Object.keys(read()));
  const boxes = new Map();
  const opened = new Set();
  // Boxes that are filled just now settle first.
  const SETTLED = 2000;

  let putting = false;
  const put = (node, text) => {
    const kind = node.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(node, text);
    putting = true;
    node.dispatchEvent(new Event("input", { bubbles: true }));
    putting = false;
  };
  const restore = (id, known) => {
    const text = read()[known.place]?.texts[id];
    if (text === undefined || known.typed || !known.node.isConnected || known.node.value === text) return;
    put(known.node, text);
  };
  const arrive = (id, node, where) => {
    const known = { node, place: where, since: Date.now(), typed: false, pressed: false };
    boxes.set(id, known);
    // What the app puts there may come a moment after the box itself.
    for (const wait of [0, 250, 900]) setTimeout(() => boxes.get(id) === known && restore(id, known), wait);
  };
  // What the app has emptied or filled in is no longer what was typed.
  const follow = (id, known) => {
    if (Date.now() - known.since < SETTLED) return;
    const text = read()[known.place]?.texts[id];
    if (text !== undefined && text !== known.node.value) change(known.place, id, known.node.value);
  };
  const settle = () => {
    for (const [id, known] of [...boxes]) {
      if (known.node.isConnected) { follow(id, known); continue; }
      boxes.delete(id);
      // The form was saved or left; one that was put away by anything else has its words when it opens again.
      if (known.pressed) change(known.place, id, "");
    }
  };
  const look = () => {
    settle();
    for (const id of new Set(forms.flatMap((form) => form.boxes))) {
      const node = box(id), form = formOf(id), known = boxes.get(id);
      const where = node && form ? place(form) : "";
      if (where && (known?.node !== node || known.place !== where)) arrive(id, node, where);
    }
    for (const form of forms) {
      const where = form.opener ? place(form) : "", button = document.getElementById(form.opener);
      if (!earlier.has(where) || opened.has(where) || !read()[where] || !shown(button)) continue;
      opened.add(where);
      if (!form.boxes.some((id) => boxes.get(id)?.place === where)) button.click();
    }
    tell();
  };

  const tell = () => {
    const here = story(), all = read();
    const waiting = [...earlier].filter((where) => {
      const [, about] = where.split("|");
      const open = [...boxes.values()].some((known) => known.place === where);
      return all[where] && !open && here && (about === here || about === "-");
    });
    let line = document.getElementById("ll-unsaved");
    const state = JSON.stringify(waiting);
    if (line?.dataset.state === state || (!line && !waiting.length)) return;
    line?.remove();
    if (!waiting.length) return;
    line = document.createElement("div");
    line.id = "ll-unsaved";
    line.className = "ll-banner ll-unsaved";
    line.dataset.state = state;
    line.setAttribute("role", "status");
    for (const where of waiting) {
      const one = document.createElement("details"), title = document.createElement("summary");
      title.textContent = `Not saved when the page was closed: ${all[where].label}. It comes back where you typed it.`;
      const text = document.createElement("pre");
      text.textContent = Object.values(all[where].texts).join("\\n\\n");
      const away = document.createElement("button");
      away.type = "button";
      away.className = "ll-press ll-plain";
      away.textContent = "Throw it away";
      away.addEventListener("click", () => {
        const rest = read();
        delete rest[where];
        write(rest);
        tell();
      });
      one.append(title, text, away);
      line.append(one);
    }
    document.getElementById("ll-banner")?.after(line);
  };

  document.addEventListener("input", (event) => {
    const holder = event.target.closest?.(forms.flatMap((form) => form.boxes).map((id) => "#" + id).join());
    const form = holder && formOf(holder.id), where = form && place(form);
    if (!where || putting) return;
    const known = boxes.get(holder.id);
    if (known) known.typed = true;
    change(where, holder.id, event.target.value, form.label);
  }, true);
  document.addEventListener("click", (event) => {
    const form = event.target.closest?.("button")?.closest(".ll-gap");
    for (const known of boxes.values()) {
      if (form && known.node.closest(".ll-gap") === form) known.pressed = true;
    }
  }, true);
  let soon = 0;
  const later = () => { soon = soon || setTimeout(() => { soon = 0; look(); }, 120); };
  // Who leaves a form and the page at once has left the form all the same.
  window.addEventListener("pagehide", settle);
  const begin = () => {
    new MutationObserver(later).observe(document.body, { childList: true, subtree: true });
    later();
  };
  if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);
})
"""


def script() -> str:
    """The script for the head of the page."""
    return f"<script>{_SCRIPT.strip()}({json.dumps(FORMS, ensure_ascii=False)});</script>"
