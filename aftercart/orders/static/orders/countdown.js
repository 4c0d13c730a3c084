// Counts down beside a time that already stands on the page; without it the page says the same.

for (const mark of document.querySelectorAll("[data-countdown]")) {
  const end = Date.parse(mark.dataset.countdown);
  const left = mark.querySelector("[data-countdown-left]");
  const words = new Intl.NumberFormat(document.documentElement.lang || "en", { minimumIntegerDigits: 2 });
  const tick = () => {
    const seconds = Math.max(0, Math.floor((end - Date.now()) / 1000));
    left.textContent = `(${Math.floor(seconds / 60)}:${words.format(seconds % 60)})`;
    if (seconds > 0) setTimeout(tick, 1000);
  };
  if (left && Number.isFinite(end)) tick();
}
