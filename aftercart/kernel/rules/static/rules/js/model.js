// The rule as a tree of nodes that the editor changes, and as the JSON that is stored.

let counter = 0;

export class Model {
  constructor(vocabulary, rule) {
    this.vocabulary = vocabulary;
    this.root = this.groupOf(rule, vocabulary.subject);
  }

  subject(name) {
    return this.vocabulary.subjects[name];
  }

  fact(node) {
    return this.subject(node.subject).facts.find((fact) => fact.path === node.fact);
  }

  collection(node) {
    return this.subject(node.subject).collections.find((found) => found.path === node.collection);
  }

  way(node) {
    const ways = this.collection(node).how;
    return ways.find((way) => way.head === node.head && way.of === node.of) ?? ways[0];
  }

  /** What is asked with an operator: its kind, its choices, the operators that fit. Null for plain "at least one". */
  asked(node) {
    const source = node.kind === "fact" ? this.fact(node) : this.way(node);
    if (!source?.kind) return null;
    const all = this.vocabulary.operators[source.kind];
    const operators = node.kind === "fact" ? all : all.filter((operator) => source.operators.includes(operator.name));
    const choices = source.kind === "country" ? this.vocabulary.countries : (source.choices ?? []);
    const measured = node.kind === "related" && node.of ? this.factNamed(node.of) : null;
    return { kind: source.kind, choices, places: measured?.places ?? source.places ?? 0, operators };
  }

  factNamed(path) {
    return Object.values(this.vocabulary.subjects)
      .flatMap((subject) => subject.facts)
      .find((fact) => fact.path === path);
  }

  operator(node) {
    return this.asked(node)?.operators.find((operator) => operator.name === node.op);
  }

  newGroup(subject, join = "all", parts = []) {
    return { id: ++counter, kind: "group", subject, join, parts, fresh: true };
  }

  newFact(subject, path = this.subject(subject).facts[0].path) {
    const node = { id: ++counter, kind: "fact", subject, fact: path, with: {}, op: "", value: null, fresh: true };
    for (const parameter of this.fact(node).parameters) node.with[parameter.name] = parameter.choices[0]?.[0] ?? "";
    this.setOperator(node, this.asked(node).operators[0].name);
    return node;
  }

  newRelated(subject, path) {
    const node = { id: ++counter, kind: "related", subject, collection: path, op: "", value: null, fresh: true };
    this.setWay(node, this.collection(node).how[0]);
    node.where = this.newGroup(this.collection(node).of);
    return node;
  }

  setWay(node, way) {
    const before = this.operator(node);
    Object.assign(node, { head: way.head, of: way.of });
    const asked = this.asked(node);
    if (!asked) Object.assign(node, { op: "", value: null });
    else if (!before || !asked.operators.some((operator) => operator.name === node.op)) this.setOperator(node, asked.operators[0].name);
    else node.value = this.emptyValue(node);
  }

  setOperator(node, name) {
    const before = this.operator(node)?.takes;
    node.op = name;
    const takes = this.operator(node).takes;
    if (before === "one" && takes === "many") node.value = isEmpty(node.value) ? [] : [node.value];
    else if (before === "many" && takes === "one") node.value = node.value[0] ?? this.emptyValue(node);
    else if (before !== takes) node.value = this.emptyValue(node);
  }

  emptyValue(node) {
    const { kind } = this.asked(node);
    const one = { boolean: true, money: { minor: null, currency: this.vocabulary.currencies[0][0] } }[kind] ?? null;
    return { nothing: null, one, many: [], span: { days: 30 }, pair: [structuredClone(one), structuredClone(one)] }[this.operator(node).takes];
  }

  // From JSON

  groupOf(json, subject) {
    if (json.all) return this.newGroup(subject, "all", json.all.map((part) => this.nodeOf(part, subject)));
    if (json.any) return this.newGroup(subject, "any", json.any.map((part) => this.nodeOf(part, subject)));
    if (json.not) return this.newGroup(subject, "none", (json.not.any ?? [json.not]).map((part) => this.nodeOf(part, subject)));
    const isLeaf = Object.keys(json).some((key) => key !== "version");
    return this.newGroup(subject, "all", isLeaf ? [this.nodeOf(json, subject)] : []);
  }

  nodeOf(json, subject) {
    if (json.all || json.any || json.not) return settled(this.groupOf(json, subject));
    if (json.fact) {
      return { id: ++counter, kind: "fact", subject, fact: json.fact, with: { ...json.with }, op: json.op, value: structuredClone(json.value ?? null) };
    }
    const head = ["some", "none", "every", "count", "sum", "average", "min", "max"].find((name) => name in json);
    const node = { id: ++counter, kind: "related", subject, collection: json[head], head, of: json.of ?? "", op: json.op ?? "", value: structuredClone(json.value ?? null) };
    node.where = settled(this.groupOf(json.where ?? {}, this.collection(node).of));
    return node;
  }

  // To JSON. `places` collects each node's JSON pointer, where problems will be named.

  toJson(places = new Map()) {
    return { version: this.vocabulary.version, ...this.jsonOf(this.root, "", places) };
  }

  jsonOf(node, at, places) {
    places.set(at, node);
    if (node.kind === "group") return this.groupJson(node, at, places);
    if (node.kind === "fact") {
      const given = Object.keys(node.with).length ? { with: node.with } : {};
      return { fact: node.fact, ...given, ...this.question(node) };
    }
    const of = node.of ? { of: node.of } : {};
    const where = node.where.parts.length || node.head === "every" ? { where: this.jsonOf(node.where, `${at}/where`, places) } : {};
    return { [node.head]: node.collection, ...of, ...where, ...this.question(node) };
  }

  groupJson(node, at, places) {
    const path = node.join === "none" ? `${at}/not/any` : `${at}/${node.join}`;
    const parts = node.parts.map((part, index) => this.jsonOf(part, `${path}/${index}`, places));
    return node.join === "none" ? { not: { any: parts } } : { [node.join]: parts };
  }

  question(node) {
    const operator = this.operator(node);
    if (!operator) return node.op ? { op: node.op } : {};
    return operator.takes === "nothing" ? { op: node.op } : { op: node.op, value: node.value };
  }

  // Changing the tree

  parentOf(node, within = this.root) {
    for (const part of within.parts) {
      if (part === node) return within;
      const inside = part.kind === "group" ? part : part.where;
      const found = inside && this.parentOf(node, inside);
      if (found) return found;
    }
    return null;
  }

  remove(node) {
    const { parts } = this.parentOf(node);
    parts.splice(parts.indexOf(node), 1);
  }

  /** Put another node in a node's place. */
  replace(node, other) {
    const { parts } = this.parentOf(node);
    parts.splice(parts.indexOf(node), 1, other);
  }

  /** Move up (-1) or down (1): past a neighbour, into a neighbouring group, or out of the own one. */
  move(node, step) {
    const parent = this.parentOf(node);
    const index = parent.parts.indexOf(node);
    const neighbour = parent.parts[index + step];
    const outer = neighbour ? null : this.parentOf(parent);
    const leaves = outer?.parts.includes(parent);
    if (!neighbour && !leaves) return false;
    parent.parts.splice(index, 1);
    if (leaves) {
      const place = outer.parts.indexOf(parent);
      const isEmptied = parent.parts.length === 0;
      outer.parts.splice(place + (step > 0 && !isEmptied ? 1 : 0), isEmptied ? 1 : 0, node);
    } else if (neighbour.kind === "group") neighbour.parts.splice(step > 0 ? 0 : neighbour.parts.length, 0, node);
    else parent.parts.splice(index + step, 0, node);
    return true;
  }

  /** From now on show what is wrong with every node. */
  settleAll(node = this.root) {
    settled(node);
    for (const part of node.parts ?? []) this.settleAll(part);
    if (node.where) this.settleAll(node.where);
  }
}

function settled(node) {
  node.fresh = false;
  return node;
}

function isEmpty(value) {
  return value === null || value === "";
}
