// Keys: data-shortcut="/" focuses a field, data-shortcut="g o" follows a link or presses a button; ? lists them all.

let before = "";
let timer;

const label = (element) =>
  element.getAttribute("aria-label") || element.dataset.shortcutLabel || element.textContent.trim();

function isWriting(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");
}

function act(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
  } else element.click();
}

function find(keys) {
  return [...document.querySelectorAll("[data-shortcut]")].find(
    (element) => element.dataset.shortcut === keys && element.checkVisibility?.() !== false,
  ) ?? [...document.querySelectorAll("[data-shortcut]")].find((element) => element.dataset.shortcut === keys);
}

function help() {
  const dialog = document.querySelector("template[data-shortcuts-template]")?.content.firstElementChild.cloneNode(true);
  if (!dialog) return;
  const list = dialog.querySelector("[data-shortcuts-list]");
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    const [term, words] = [document.createElement("dt"), document.createElement("dd")];
    term.append(
      ...element.dataset.shortcut.split(" ").map((key) => Object.assign(document.createElement("kbd"), { textContent: key })),
    );
    words.textContent = label(element);
    list.append(term, words);
  }
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    help();
    return;
  }
  const keys = before ? `${before} ${event.key}` : event.key;
  const element = find(keys);
  clearTimeout(timer);
  before = "";
  if (element) {
    event.preventDefault();
    act(element);
  } else if (document.querySelector(`[data-shortcut^="${CSS.escape(event.key)} "]`)) {
    before = event.key;
    timer = setTimeout(() => (before = ""), 1200);
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcut-help]")) help();
});
