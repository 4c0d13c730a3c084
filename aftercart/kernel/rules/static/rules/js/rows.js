// The rows and groups of the editor, drawn anew after each change of structure.

import { button, h, icon, select } from "./dom.js";
import { valueFields } from "./values.js";

const JOINS = [
  ["all", "All of these"],
  ["any", "At least one of these"],
  ["none", "None of these"],
];

export function drawGroup(model, node, context, name) {
  const id = `rule-${node.id}`;
  const isRoot = node === model.root;
  const isWhere = context.whereOf === node;
  if (isWhere && !node.parts.length) return emptyWhere(model, node, context, name);
  const head = h(
    "div",
    { class: "rule-head" },
    isWhere ? h("span", { class: "soft" }, "where") : null,
    select({ id: `${id}-join`, "aria-label": `${name}: how its conditions join`, class: "input rule-join" }, [["", JOINS]], node.join, (join) => {
      node.join = join;
      context.changed();
    }),
    isWhere || isRoot ? null : tools(model, node, context, name),
  );
  const parts = node.parts.map((part, index) => h("li", {}, drawPart(model, part, context, nameOf(name, index + 1))));
  return h(
    "div",
    { class: "rule-group", role: "group", "aria-label": name, "data-rule-node": node.id },
    head,
    parts.length ? h("ol", { class: "rule-parts" }, ...parts) : null,
    error(node),
    adders(model, node, context),
  );
}

/** Nothing is asked of the related things yet: one line to start with. */
function emptyWhere(model, node, context, name) {
  return h(
    "div",
    { class: "rule-group rule-where-empty", role: "group", "aria-label": name, "data-rule-node": node.id },
    h("span", { class: "soft" }, "of all"),
    adders(model, node, context),
    error(node),
  );
}

/** "Condition 2", inside it "Condition 2.1", under its where "Condition 2 where 1". */
function nameOf(parent, number) {
  if (parent === "Rule") return `Condition ${number}`;
  return parent.endsWith("where") ? `${parent} ${number}` : `${parent}.${number}`;
}

function drawPart(model, node, context, name) {
  if (node.kind === "group") return drawGroup(model, node, context, name);
  const fields = node.kind === "fact" ? factFields(model, node, context) : relatedFields(model, node, context);
  const row = h(
    "div",
    {
      class: "rule-row",
      role: "group",
      "aria-label": name,
      "data-rule-node": node.id,
      onfocusout: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) context.left(node);
      },
      onkeydown: (event) => {
        if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        context.move(node, event.key === "ArrowUp" ? -1 : 1, document.activeElement.id);
      },
    },
    h("div", { class: "rule-fields" }, whatField(model, node, context), ...fields),
    tools(model, node, context, name),
    error(node),
  );
  if (node.kind === "related") row.append(whereGroup(model, node, context, name));
  return row;
}

function whereGroup(model, node, context, name) {
  const group = drawGroup(model, node.where, { ...context, whereOf: node.where }, `${name} where`);
  group.classList.add("rule-where");
  return group;
}

function whatField(model, node, context) {
  const subject = model.subject(node.subject);
  const pairs = (list) => list.map((each) => [each.path, each.label]);
  const groups = [[subject.label, pairs(subject.facts)]];
  if (subject.collections.length) groups.push(["Related", pairs(subject.collections)]);
  const id = `rule-${node.id}-what`;
  return select({ id, "aria-label": "What", class: "input rule-what" }, groups, node.fact ?? node.collection, (path) => {
    const isFact = subject.facts.some((fact) => fact.path === path);
    const other = isFact ? model.newFact(node.subject, path) : model.newRelated(node.subject, path);
    model.replace(node, other);
    context.changed();
    context.redraw(`rule-${other.id}-what`);
  });
}

function factFields(model, node, context) {
  const fact = model.fact(node);
  if (!fact) return [h("span", { class: "soft" }, `${node.fact} is no longer there`)];
  const given = fact.parameters.map((parameter) => {
    const attributes = { id: `rule-${node.id}-with-${parameter.name}`, "aria-label": parameter.label };
    const set = (value) => {
      node.with[parameter.name] = value;
      context.changed();
    };
    if (parameter.choices.length) return select(attributes, [["", parameter.choices]], node.with[parameter.name], set);
    return h("input", { class: "input", type: "text", value: node.with[parameter.name], ...attributes, oninput: (event) => set(event.target.value) });
  });
  return [...given, ...questionFields(model, node, context)];
}

function relatedFields(model, node, context) {
  const ways = model.collection(node).how;
  const chosen = String(ways.indexOf(model.way(node)));
  const id = `rule-${node.id}-how`;
  const how = select({ id, "aria-label": "How it is asked" }, [["", ways.map((way, index) => [String(index), way.label])]], chosen, (index) => {
    model.setWay(node, ways[Number(index)]);
    context.changed();
    context.redraw(id);
  });
  return [how, ...questionFields(model, node, context)];
}

function questionFields(model, node, context) {
  const asked = model.asked(node);
  if (!asked) return [];
  const id = `rule-${node.id}-op`;
  const labels = asked.operators.map((operator) => [operator.name, operator.label]);
  const ask = select({ id, "aria-label": "Operator" }, [["", labels]], node.op, (name) => {
    model.setOperator(node, name);
    context.changed();
    context.redraw(id);
  });
  const operator = model.operator(node);
  return operator ? [ask, ...valueFields(node, asked, operator, context)] : [ask];
}

function tools(model, node, context, name) {
  const id = `rule-${node.id}`;
  return h(
    "div",
    { class: "rule-tools" },
    button({ id: `${id}-up`, onclick: () => context.move(node, -1, `${id}-up`) }, "arrow-up", `Move ${name} up`),
    button({ id: `${id}-down`, onclick: () => context.move(node, 1, `${id}-down`) }, "arrow-down", `Move ${name} down`),
    button({ id: `${id}-remove`, onclick: () => context.remove(node) }, "x", `Remove ${name}`),
  );
}

function adders(model, node, context) {
  const id = `rule-${node.id}`;
  const add = (made) => {
    node.parts.push(made);
    context.changed();
    context.redraw(`rule-${made.id}-${made.kind === "group" ? "join" : "what"}`);
  };
  const plain = { type: "button", class: "button button-small button-quiet" };
  return h(
    "div",
    { class: "rule-adders" },
    h("button", { ...plain, id: `${id}-add`, onclick: () => add(model.newFact(node.subject)) }, icon("plus"), "Add condition"),
    h("button", { ...plain, id: `${id}-add-group`, onclick: () => add(model.newGroup(node.subject, "any", [model.newFact(node.subject)])) }, icon("layers"), "Add group"),
  );
}

function error(node) {
  return h("p", { class: "field-error", id: `rule-${node.id}-error`, hidden: true });
}
