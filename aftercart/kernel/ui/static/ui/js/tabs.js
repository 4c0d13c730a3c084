// Tabs within a page: <div data-tabs> holds links to #panels. Without JavaScript all panels show, one under another.

const done = new WeakSet();

function choose(tabs, chosen, focus) {
  for (const tab of tabs) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
  }
  if (focus) chosen.focus();
}

function prepare(list) {
  if (done.has(list)) return;
  done.add(list);
  const tabs = [...list.querySelectorAll("a[href^='#']")];
  list.setAttribute("role", "tablist");
  list.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));
  for (const tab of tabs) {
    const panel = document.querySelector(tab.hash);
    tab.id ||= `${panel.id}-tab`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.tabIndex = 0;
  }
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("a");
    if (!tab) return;
    event.preventDefault();
    choose(tabs, tab, true);
  });
  list.addEventListener("keydown", (event) => walk(event, tabs));
  choose(tabs, tabs.find((tab) => tab.hash === location.hash) ?? tabs[0], false);
}

function walk(event, tabs) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -tabs.length, End: tabs.length };
  const step = steps[event.key];
  if (!step) return;
  const from = tabs.indexOf(document.activeElement);
  const to = Math.abs(step) === 1 ? (from + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
  choose(tabs, tabs[to], true);
  event.preventDefault();
}

/** Bind the tab lists of an element. */
export function bind(root) {
  root.querySelectorAll("[data-tabs]").forEach(prepare);
}
