// The editor of rules: turns the JSON field of a form into rows and groups, and keeps both the same.
// Tells the page `rule-counted` (bubbling) each time the server has counted a sound rule.

import { calmly, h, useIcons } from "./dom.js";
import { Model } from "./model.js";
import { clearProblems, markProblem, Preview } from "./preview.js";
import { drawGroup } from "./rows.js";

class Editor {
  constructor(root) {
    this.root = root;
    this.source = root.querySelector("[data-rule-source] textarea");
    this.tree = root.querySelector("[data-rule-tree]");
    this.form = root.closest("form");
    this.problems = [];
    useIcons(root.dataset.icons);
  }

  start() {
    const read = (mark) => JSON.parse(this.root.querySelector(`[${mark}] script`).textContent);
    this.model = new Model(read("data-rule-vocabulary"), JSON.parse(this.source.value));
    this.preview = new Preview(this);
    this.said = h("p", { class: "visually-hidden", role: "status", "data-rule-said": true });
    this.root.append(this.said);
    this.redraw();
    this.root.querySelector("[data-rule-source]").hidden = true;
    this.tree.hidden = false;
    this.write();
    this.showProblems(read("data-rule-faults"));
    this.preview.ask();
    this.form.addEventListener("submit", (event) => this.submit(event));
  }

  get context() {
    return {
      vocabulary: this.model.vocabulary,
      changed: () => this.changed(),
      redraw: (focus) => this.redraw(focus),
      left: (node) => this.left(node),
      move: (node, step, focus) => this.move(node, step, focus),
      remove: (node) => this.remove(node),
    };
  }

  /** Draw all rows anew and put the focus where it was, or on `focus`. */
  redraw(focus = document.activeElement?.id) {
    const isOurs = this.tree.contains(document.activeElement) || focus !== document.activeElement?.id;
    this.isDrawing = true; // taking a focused field away is not the reader leaving it
    this.tree.replaceChildren(drawGroup(this.model, this.model.root, this.context, "Rule"));
    this.isDrawing = false;
    if (focus && isOurs) document.getElementById(focus)?.focus();
    this.showProblems(this.problems);
  }

  write() {
    this.places = new Map();
    this.source.value = JSON.stringify(this.model.toJson(this.places));
  }

  changed() {
    this.write();
    this.preview.later();
  }

  left(node) {
    if (!node.fresh || this.isDrawing) return;
    node.fresh = false;
    calmly(() => this.showProblems(this.problems));
  }

  move(node, step, focus) {
    if (!this.model.move(node, step)) return this.say("It is at the end already.");
    this.changed();
    this.redraw(focus);
    return this.say(step < 0 ? "Moved up." : "Moved down.");
  }

  remove(node) {
    const parent = this.model.parentOf(node);
    const index = parent.parts.indexOf(node);
    this.model.remove(node);
    const next = parent.parts[Math.min(index, parent.parts.length - 1)];
    this.changed();
    this.redraw(next ? `rule-${next.id}-remove` : `rule-${parent.id}-add`);
    this.say("Removed.");
  }

  say(text) {
    this.said.textContent = text;
  }

  showProblems(problems) {
    this.problems = problems;
    clearProblems(this.tree);
    for (const problem of problems) {
      const { node, field } = this.nodeAt(problem.place);
      const row = this.tree.querySelector(`[data-rule-node="${node.id}"]`);
      if (row && !node.fresh) markProblem(row, node, field, problem.sentence);
    }
  }

  /** The node a JSON pointer leads to, and which of its fields the rest names. */
  nodeAt(place) {
    let at = place;
    while (at && !this.places.has(at)) at = at.slice(0, at.lastIndexOf("/"));
    return { node: this.places.get(at), field: place.slice(at.length + 1).split("/")[0] };
  }

  submit(event) {
    if (!this.problems.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.model.settleAll();
    this.showProblems(this.problems);
    this.tree.querySelector("[aria-invalid]")?.focus();
  }
}

export function bind(root) {
  for (const element of root.querySelectorAll("[data-rule-editor]:not([data-bound])")) {
    element.dataset.bound = "";
    new Editor(element).start();
  }
}

document.addEventListener("htmx:load", (event) => bind(event.target));
bind(document);
