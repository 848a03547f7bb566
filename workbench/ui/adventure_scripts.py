"""What the Adventure tab does in the browser: keys, reading aloud, the link of an adventure."""

# The keys 1 to 3 press a choice, when the page is open and nobody types.
CHOICE_KEYS = """
document.addEventListener("keydown", (event) => {
  if (!/^[1-3]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const choices = element.querySelectorAll(".ll-choice");
  const wanted = choices[Number(event.key) - 1];
  if (!wanted || wanted.disabled || wanted.offsetParent === null) return;
  event.preventDefault();
  wanted.click();
});
// A choice is made once: the others go quiet as soon as one is pressed.
element.addEventListener("click", (event) => {
  const chosen = event.target.closest(".ll-choice");
  if (!chosen) return;
  for (const one of element.querySelectorAll(".ll-choice")) {
    one.classList.toggle("ll-taken", one === chosen);
    if (one !== chosen) one.disabled = true;
  }
});
"""

# The browser's own voice, if it has one; pressed again it stops.
READ_ALOUD = """() => {
  const voice = window.speechSynthesis;
  const text = document.getElementById("ll-leaf-text");
  if (!voice || !text) return;
  if (voice.speaking) { voice.cancel(); return; }
  for (const paragraph of text.querySelectorAll("p")) voice.speak(new SpeechSynthesisUtterance(paragraph.innerText));
}"""

STOP_READING = "() => { if (window.speechSynthesis) window.speechSynthesis.cancel(); }"

# The address of the page names the adventure that is open, so that it can be gone on with elsewhere.
SHOW_LINK = """() => {
  const open = document.querySelector("#ll-path [data-adventure]");
  const id = open ? open.dataset.adventure : "";
  const here = new URL(window.location.href);
  if (id) here.searchParams.set("adventure", id); else here.searchParams.delete("adventure");
  window.history.replaceState(null, "", here);
}"""

TO_THE_TOP = """() => {
  const page = document.getElementById("ll-book");
  if (page && page.getBoundingClientRect().top < 0) page.scrollIntoView({ block: "start" });
}"""
