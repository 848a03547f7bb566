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
DAY_OR_NIGHT = "() => window.loreloom.toggle()"
