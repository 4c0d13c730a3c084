// A refused form moves the focus to its summary, so nobody has to look for the reason.

const done = new WeakSet();

/** Focus the first new summary. */
export function bind(root) {
  const summary = root.matches?.(".error-summary") ? root : root.querySelector(".error-summary");
  if (!summary || done.has(summary) || summary.closest("[data-example]")) return;
  done.add(summary);
  summary.focus();
}
