// Escape hides a tooltip that shows; pointing away and back, or focus, shows it again.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const tip of document.querySelectorAll("[data-tooltip]:is(:hover, :focus-within)")) tip.dataset.hushed = "";
});

for (const type of ["pointerout", "focusout"]) {
  document.addEventListener(type, (event) => {
    const tip = event.target.closest?.("[data-tooltip]");
    if (tip && !tip.contains(event.relatedTarget)) delete tip.dataset.hushed;
  });
}
