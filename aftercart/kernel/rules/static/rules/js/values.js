// The fields for an operator's value, by the fact's type and the shape the operator takes.

import { button, calmly, h, select } from "./dom.js";

/** Fields for `node.value`. `changed()` after typing, `redraw(focusId)` when other fields must appear. */
export function valueFields(node, asked, operator, context) {
  const id = `rule-${node.id}-value`;
  if (operator.takes === "nothing") return [];
  if (operator.takes === "span") return spanFields(node, id, operator, context);
  if (operator.takes === "many") return [manyFields(node, id, asked, context)];
  if (operator.takes === "one") return oneFields(id, "Value", asked, node.value, context, (value) => (node.value = value));
  return [0, 1].flatMap((end) => [
    end ? h("span", { class: "rule-and" }, "and") : null,
    ...oneFields(`${id}-${end}`, end ? "Highest" : "Lowest", asked, node.value[end], context, (value) => (node.value[end] = value)),
  ]);
}

function oneFields(id, label, asked, value, context, set) {
  const change = (made) => {
    set(made);
    context.changed();
  };
  if (asked.kind === "money") return moneyFields(id, label, value, context, change);
  if (asked.kind === "boolean") {
    return [select({ id, "aria-label": label }, [["", [["yes", "yes"], ["no", "no"]]]], value === false ? "no" : "yes", (made) => change(made === "yes"))];
  }
  if (asked.choices.length) {
    return [select({ id, "aria-label": label }, [["", [["", "Choose…"], ...asked.choices]]], value ?? "", (made) => change(made || null))];
  }
  return [inputFor(id, label, asked, value, change)];
}

function inputFor(id, label, asked, value, change) {
  const shape = shapes[asked.kind] ?? shapes.text;
  const extra = asked.kind === "number" ? { step: asked.places ? 10 ** -asked.places : 1 } : {};
  return h("input", {
    class: `input rule-${asked.kind}`,
    id,
    "aria-label": label,
    autocomplete: "off",
    value: shape.show(value),
    ...shape.attributes,
    ...extra,
    oninput: (event) => change(shape.read(event.target.value)),
  });
}

const shapes = {
  text: { attributes: { type: "text", maxlength: 500 }, show: (value) => value ?? "", read: (text) => text || null },
  number: { attributes: { type: "number", inputmode: "decimal" }, show: (value) => value ?? "", read: (text) => (text === "" ? null : Number(text)) },
  date: { attributes: { type: "date" }, show: (value) => value ?? "", read: (text) => text || null },
  datetime: {
    attributes: { type: "datetime-local" },
    show: (value) => (value ? localMinute(new Date(value)) : ""),
    read: (text) => (text ? new Date(text).toISOString() : null),
  },
};

/** A moment as `datetime-local` wants it: the reader's own zone, to the minute. */
function localMinute(moment) {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function moneyFields(id, label, value, context, change) {
  const { currencies } = context.vocabulary;
  const digits = Object.fromEntries(currencies)[value.currency] ?? 2;
  const offered = currencies.map(([code]) => [code, code]);
  if (!offered.some(([code]) => code === value.currency)) offered.push([value.currency, value.currency]);
  const amount = h("input", {
    class: "input rule-number",
    id,
    type: "number",
    inputmode: "decimal",
    step: 10 ** -digits,
    "aria-label": `${label}, amount`,
    autocomplete: "off",
    value: value.minor === null ? "" : (value.minor / 10 ** digits).toFixed(digits),
    oninput: (event) => change(Object.assign(value, { minor: event.target.value === "" ? null : Math.round(Number(event.target.value) * 10 ** digits) })),
  });
  const currency = select({ id: `${id}-currency`, "aria-label": `${label}, currency`, class: "input rule-currency" }, [["", offered]], value.currency, (code) => {
    change(Object.assign(value, { currency: code, minor: null }));
    context.redraw(`${id}-currency`);
  });
  return [amount, currency];
}

function spanFields(node, id, operator, context) {
  const [unit, amount] = Object.entries(node.value)[0];
  const set = (value) => {
    node.value = value;
    context.changed();
  };
  const units = operator.units.map((name) => [name, name]);
  return [
    h("input", {
      class: "input rule-number",
      id,
      type: "number",
      min: 0,
      step: 1,
      inputmode: "numeric",
      "aria-label": "How long",
      value: amount ?? "",
      oninput: (event) => set({ [Object.keys(node.value)[0]]: event.target.value === "" ? null : Number(event.target.value) }),
    }),
    select({ id: `${id}-unit`, "aria-label": "Unit of time" }, [["", units]], unit, (made) => set({ [made]: Object.values(node.value)[0] })),
  ];
}

/** A list: what is in it as chips to take out, and a field to add one more. */
function manyFields(node, id, asked, context) {
  const named = Object.fromEntries(asked.choices);
  const chips = node.value.map((value, index) =>
    h("li", { class: "rule-chip" }, named[value] ?? value, button({ id: `${id}-out-${index}`, onclick: () => takeOut(index) }, "x", `Take out ${named[value] ?? value}`)),
  );
  const takeOut = (index) => {
    node.value.splice(index, 1);
    context.changed();
    context.redraw(node.value.length ? `${id}-out-${Math.min(index, node.value.length - 1)}` : id);
  };
  const add = (value) => {
    if (value && !node.value.includes(value)) node.value.push(value);
    context.changed();
    context.redraw(id);
  };
  const list = h("ul", { class: "rule-chips", "aria-label": "Values" }, ...chips);
  return h("div", { class: "rule-many" }, chips.length ? list : null, adder(node, id, asked, add, context));
}

function adder(node, id, asked, add, context) {
  if (asked.choices.length) {
    const left = asked.choices.filter(([code]) => !node.value.includes(code));
    return select({ id, "aria-label": "Add a value" }, [["", [["", "Add…"], ...left]]], "", add);
  }
  const take = (event) => {
    const text = event.target.value.trim();
    event.target.value = "";
    return text;
  };
  return h("input", {
    class: "input rule-text",
    id,
    type: "text",
    maxlength: 500,
    autocomplete: "off",
    enterkeyhint: "enter",
    "aria-label": "Add a value, then press Enter",
    placeholder: "Type, then Enter",
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      add(take(event));
    },
    onchange: (event) => {
      const text = take(event);
      if (!text || node.value.includes(text)) return;
      node.value.push(text);
      context.changed();
      calmly(() => context.redraw(document.activeElement?.id));
    },
  });
}
