// Light, dark or as the device says. The cookie lets the server send the right page, so nothing flashes.

const year = 31536000;

function choose(theme) {
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? year : 0}; samesite=lax`;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
  document.dispatchEvent(new CustomEvent("themechange"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  choose(button.dataset.themeChoice);
  const menu = button.closest("details");
  if (menu) menu.open = false;
});
