// Keys in a list with boxes: j and k (or the arrows) move from row to row, x checks the row, Enter opens it.

const rows = () => [...document.querySelectorAll("[data-row-keys] tbody tr")];
let at = -1;

function move(step) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, at + step));
  all[at].querySelector("a")?.focus();
  all[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row-keys] tbody tr");
  if (row) at = rows().indexOf(row);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step && (event.key.length === 1 || at >= 0)) {
    event.preventDefault();
    move(step);
  } else if (event.key === "x" && at >= 0) {
    event.preventDefault();
    rows()[at]?.querySelector("input[type=checkbox]")?.click();
  }
});
