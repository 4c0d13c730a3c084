// The inbox by keyboard: j and k move between rows; Ctrl+Enter sends; an unsent answer survives a reload.

const list = document.querySelector("[data-rows]");

function isWriting(target) {
  return target.closest("input, textarea, select, [contenteditable=true]");
}

function move(step) {
  const rows = [...list.querySelectorAll(".row-link")];
  const now = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, now + step))]?.focus();
}

if (list) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
  });
}

const box = document.querySelector("textarea[data-draft]");

if (box) {
  const name = `draft:question:${box.dataset.draft}`;
  if (box.value) sessionStorage.setItem(name, box.value);
  else box.value = sessionStorage.getItem(name) ?? "";
  box.addEventListener("input", () => sessionStorage.setItem(name, box.value));
  box.form.addEventListener("submit", () => sessionStorage.removeItem(name));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      box.form.requestSubmit(box.form.querySelector("[data-send]"));
    }
  });
}
