// What the server says of the rule while it is being written: problems at their place, words, and the count.

import { h, icon } from "./dom.js";

const PAUSE = 350;
const SLOW = 400;
const JOINED = { all: "All of these:", any: "At least one of these:", not: "Not this:" };

export class Preview {
  constructor(editor) {
    this.editor = editor;
    this.counted = editor.root.querySelector("[data-rule-count]");
    this.words = editor.root.querySelector("[data-rule-words]");
  }

  /** Ask again, a moment after the last change. */
  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const slow = setTimeout(() => this.say("Counting…"), SLOW);
    try {
      const answer = await this.fetch(asking.signal);
      if (!asking.signal.aborted) this.show(answer);
    } catch (trouble) {
      if (trouble.name !== "AbortError") this.say("Counting did not work. It is tried again after the next change.");
    } finally {
      clearTimeout(slow);
    }
  }

  async fetch(signal) {
    const token = this.editor.root.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ rule: this.editor.source.value });
    const answer = await fetch(this.editor.root.dataset.preview, { method: "POST", body, signal, headers: { "X-CSRFToken": token, Accept: "application/json" } });
    if (!answer.ok) throw new Error(`the preview answered ${answer.status}`);
    return answer.json();
  }

  show(answer) {
    this.editor.showProblems(answer.problems);
    if (answer.problems.length) {
      this.say("Finish the conditions to see who matches.");
      return;
    }
    this.say(answer.said, "rule-found");
    this.words.replaceChildren(wordsOf(answer.words));
    this.editor.root.dispatchEvent(new CustomEvent("rule-counted", { bubbles: true, detail: answer }));
  }

  say(text, className = "") {
    this.counted.textContent = text;
    this.counted.classList.toggle("rule-found", className !== "");
  }
}

function wordsOf(words) {
  if (!words.join) return h("p", {}, capital(words.text));
  if (words.join === "not" && words.parts[0].join === "any") return listOf("None of these:", words.parts[0].parts);
  if (!words.parts.length) return h("p", {}, "Everybody.");
  if (words.parts.length === 1 && words.join !== "not") return wordsOf(words.parts[0]);
  return listOf(JOINED[words.join], words.parts);
}

function listOf(head, parts) {
  return h("div", {}, h("p", {}, head), h("ul", {}, ...parts.map((part) => h("li", {}, wordsOf(part)))));
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Write a problem under its row and mark the field it is about. */
export function markProblem(row, node, field, sentence) {
  const place = row.querySelector(`#rule-${node.id}-error`);
  place.replaceChildren(icon("circle-alert"), h("span", {}, capital(sentence)));
  place.hidden = false;
  const fields = [...row.querySelectorAll(`[id^="rule-${node.id}-"]:is(input, select)`)];
  const named = fields.find((each) => each.id.startsWith(`rule-${node.id}-${field}`)) ?? fields.at(-1);
  named?.setAttribute("aria-invalid", "true");
  named?.setAttribute("aria-describedby", place.id);
}

export function clearProblems(tree) {
  for (const place of tree.querySelectorAll(".field-error")) place.hidden = true;
  for (const field of tree.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}
