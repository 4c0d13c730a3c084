// A checkbox that checks its column: data-check-all="name" moves every checkbox of that name in its form or table.

const scope = (all) => all.closest("form, table");
const boxes = (all) => [...scope(all).querySelectorAll(`input[type=checkbox][name="${all.dataset.checkAll}"]`)];

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  if (all) boxes(all).forEach((box) => (box.checked = all.checked));
  for (const other of document.querySelectorAll("[data-check-all]")) {
    if (!scope(other)?.contains(event.target)) continue;
    const checked = boxes(other).filter((box) => box.checked).length;
    other.checked = checked > 0 && checked === boxes(other).length;
    other.indeterminate = checked > 0 && !other.checked;
    scope(other).dispatchEvent(new CustomEvent("checkedchange", { bubbles: true, detail: { checked } }));
  }
});
