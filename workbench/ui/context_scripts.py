"""What runs in the browser on the Context tab: one set of buttons that goes to the chosen item, and its place."""

# For the list of items, behind CLICKS. The buttons are in the page once; with hundreds of items they'd be thousands.
INSPECT = """
const all = (selector, place = document) => [...place.querySelectorAll(selector)];
const stretches = (key) => all(`#ll-prompt [data-key="${CSS.escape(key)}"]`);
const light = (key) => {
  all("#ll-prompt .ll-here").forEach((one) => one.classList.remove("ll-here"));
  if (key) stretches(key).forEach((one) => one.classList.add("ll-here"));
};
const close = () => {
  all(".ll-pick[aria-expanded=true]", element).forEach((one) => one.setAttribute("aria-expanded", "false"));
  const buttons = element.querySelector(".ll-choosing");
  if (buttons) buttons.hidden = true;
};
const open = (item) => {
  close();
  const buttons = element.querySelector(".ll-choosing");
  if (!buttons || !item) return;
  item.querySelector(".ll-pick").setAttribute("aria-expanded", "true");
  for (const button of all("[data-act]", buttons)) {
    button.dataset.id = item.dataset.decide;
    button.setAttribute("aria-pressed", String(button.dataset.act === "choose-" + item.dataset.choice));
  }
  buttons.querySelector("[data-find]").hidden = stretches(item.dataset.key).length === 0;
  item.append(buttons);
  buttons.hidden = false;
  light(item.dataset.key);
};
const itemOf = (key) => element.querySelector(`.ll-item[data-key="${CSS.escape(key)}"]`);
const showInPrompt = (key) => {
  const place = document.querySelector("#ll-prompt .ll-scroll"), first = stretches(key)[0];
  if (!place || !first) return;
  light(key);
  const above = (node) => node.getBoundingClientRect().top;
  place.scrollTop += above(first) - above(place) - 24;
  window.loreloom.reveal("#ll-prompt");
};
let chosen = "", wanted = "";

element.addEventListener("click", (event) => {
  const pick = event.target.closest("button.ll-pick");
  if (pick) {
    const item = pick.closest(".ll-item");
    chosen = pick.getAttribute("aria-expanded") === "true" ? "" : item.dataset.key;
    if (!chosen) { close(); return light(""); }
    open(item);
    // Beside the list the prompt turns to it by itself; below the list it would take the page away.
    if (window.innerWidth > 800) showInPrompt(chosen);
  } else if (event.target.closest("[data-find]")) showInPrompt(chosen);
});
element.addEventListener("mouseover", (event) => {
  const item = event.target.closest(".ll-item[data-key]");
  light(item ? item.dataset.key : chosen);
});
element.addEventListener("mouseleave", () => light(chosen));

const narrow = (text) => {
  wanted = text.trim().toLowerCase();
  for (const item of all(".ll-item", element)) {
    const told = item.querySelector(".ll-pick").textContent.toLowerCase();
    item.hidden = !!wanted && !told.includes(wanted);
  }
  for (const fold of all(".ll-fold", element)) {
    const found = all(".ll-item:not([hidden])", fold).length;
    fold.hidden = !!wanted && !found;
    if (wanted && found) fold.querySelector("details").open = true;
  }
};
document.addEventListener("input", (event) => {
  if (event.target.closest("#ll-find")) narrow(event.target.value);
});
// List and prompt come one after the other.
window.loreloom.promptCame = () => {
  const find = element.querySelector("[data-find]");
  if (find && chosen) find.hidden = stretches(chosen).length === 0;
  light(chosen);
};
window.loreloom.openItem = (key) => {
  const item = itemOf(key);
  if (!item) return;
  for (let at = item.parentElement.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  chosen = key;
  open(item);
  item.scrollIntoView({ behavior: "smooth", block: "nearest" });
};
// What was open and looked for stays so when the list comes anew.
watch("value", () => {
  narrow(wanted);
  if (!chosen) return;
  const item = itemOf(chosen);
  if (!item) { chosen = ""; return light(""); }
  const focused = document.activeElement === document.body;
  open(item);
  if (focused) item.querySelector(".ll-pick").focus({ preventScroll: true });
});
"""

# For the prompt: a press on a stretch opens its item in the list.
FIND_ITEM = """
element.addEventListener("click", (event) => {
  const stretch = event.target.closest("[data-key]");
  if (stretch) window.loreloom.openItem(stretch.dataset.key);
});
watch("value", () => window.loreloom.promptCame());
"""
