// Draws <div data-chart="id of a JSON element">. The figures stand in a table under it, so this is for the eye.

const drawn = new Map();
let library;

function load(address) {
  library ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.echarts));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return library;
}

/** A design token as rgb(), which the library understands. */
function colour(element, token) {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = getComputedStyle(probe).color;
  context.fillRect(0, 0, 1, 1);
  probe.remove();
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function formatter({ unit, currency, locale }) {
  const styles = {
    money: { style: "currency", currency, maximumFractionDigits: 2, minimumFractionDigits: 0 },
    percent: { style: "percent", maximumFractionDigits: 1 },
  };
  const exact = new Intl.NumberFormat(locale, styles[unit] ?? { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(locale, { ...styles[unit], notation: "compact", maximumFractionDigits: 1 });
  return { exact: (value) => (value == null ? "–" : exact.format(value)), short: (value) => (unit === "count" && Math.abs(value) < 1 ? exact : short).format(value) };
}

function lines(drawing, line, colours) {
  const isLine = drawing.kind === "line" || drawing.kind === "area";
  return drawing.series.map((one, index) => ({
    name: one.name,
    type: isLine ? "line" : "bar",
    data: one.values,
    stack: drawing.kind === "stacked" ? "all" : undefined,
    showSymbol: one.values.length < 2,
    symbolSize: 7,
    lineStyle: { width: 2, type: index % 2 && isLine ? [6, 3] : "solid" },
    areaStyle: drawing.kind === "area" ? { opacity: 0.12 } : undefined,
    barMaxWidth: 28,
    itemStyle: { color: colours[index % 6], borderRadius: drawing.kind === "bar" ? [3, 3, 0, 0] : 0 },
    emphasis: { disabled: true },
  }));
}

function option(element, drawing) {
  const [ink, soft, line, raised] = ["--ink", "--ink-faint", "--line", "--surface-raised"].map((token) =>
    colour(element, token),
  );
  const colours = [1, 2, 3, 4, 5, 6].map((step) => colour(element, `--chart-${step}`));
  const format = formatter(drawing);
  const font = getComputedStyle(element).fontFamily;
  const base = {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 350,
    color: colours,
    textStyle: { color: soft, fontFamily: font, fontSize: 12 },
    tooltip: {
      renderMode: "richText",
      trigger: drawing.kind === "donut" ? "item" : "axis",
      backgroundColor: raised,
      borderColor: line,
      textStyle: { color: ink, fontFamily: font, fontSize: 12 },
      valueFormatter: format.exact,
      confine: true,
      axisPointer: { lineStyle: { color: soft, type: "solid" }, shadowStyle: { color: line, opacity: 0.4 } },
    },
    legend: {
      show: drawing.series.length > 1 || drawing.kind === "donut",
      top: 0,
      left: 0,
      itemWidth: 14,
      itemHeight: 8,
      itemGap: 18,
      icon: "roundRect",
      textStyle: { color: soft, fontFamily: font },
    },
  };
  if (drawing.kind === "donut") return { ...base, series: [donut(drawing, raised)] };
  return {
    ...base,
    grid: { left: 0, right: 8, bottom: 0, top: base.legend.show ? 36 : 12, containLabel: true },
    xAxis: {
      type: "category",
      data: drawing.labels,
      boundaryGap: drawing.kind === "bar" || drawing.kind === "stacked",
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: { color: soft, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: "value",
      axisLabel: { color: soft, formatter: format.short },
      splitLine: { lineStyle: { color: line } },
      splitNumber: 4,
    },
    series: lines(drawing, line, colours),
  };
}

function donut(drawing, gap) {
  return {
    type: "pie",
    radius: ["52%", "78%"],
    center: ["50%", "56%"],
    label: { show: false },
    itemStyle: { borderColor: gap, borderWidth: 2 },
    data: drawing.labels.map((name, index) => ({ name, value: drawing.series[0].values[index] })),
  };
}

async function draw(element) {
  if (drawn.has(element) || !element.isConnected) return;
  drawn.set(element, null);
  const drawing = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const echarts = await load(element.dataset.echarts);
  const chart = echarts.init(element, null, { renderer: "canvas" });
  drawn.set(element, { chart, drawing });
  chart.setOption(option(element, drawing));
  element.dataset.drawn = "";
  new ResizeObserver(() => chart.resize()).observe(element);
}

function redraw() {
  for (const [element, held] of drawn) {
    if (!element.isConnected) {
      held?.chart.dispose();
      drawn.delete(element);
    } else held?.chart.setOption(option(element, held.drawing));
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
document.addEventListener("themechange", redraw);
const visible = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    visible.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "200px" });

/** Draw the charts of an element when they come near the screen. */
export function bind(root) {
  root.querySelectorAll("[data-chart]").forEach((element) => visible.observe(element));
}
