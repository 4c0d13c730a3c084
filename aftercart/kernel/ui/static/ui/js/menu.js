// Menus are <details>: they work without this. With it they close outside, on Escape, and arrows walk.

const open = () => [...document.querySelectorAll("details[data-menu][open]")];

function close(menu, focus) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) close(menu, false);
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) close(menu, false);
});

document.addEventListener("keydown", (event) => {
  const menu = open().at(-1);
  if (!menu) return;
  if (event.key === "Escape") {
    close(menu, true);
    event.stopPropagation();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...menu.querySelectorAll(".menu-items :is(a, button)")].filter((item) => !item.disabled);
  if (items.length === 0) return;
  const step = event.key === "ArrowDown" ? 1 : -1;
  const from = items.indexOf(document.activeElement);
  items[from < 0 && step < 0 ? items.length - 1 : (from + step + items.length) % items.length].focus();
  event.preventDefault();
});
