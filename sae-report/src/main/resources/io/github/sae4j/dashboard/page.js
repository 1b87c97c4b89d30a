"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const {origin, header, evaluation, texts, concepts, selection} = data;
  const DENSITY = 0, STRONGEST = 1, LABEL = 2, CONTEXTS = 3, NEAREST = 4;
  const CONCEPT = 0, PRECISION = 1, RECALL = 2, F1 = 3, WITH_CONCEPT = 4, MATCH = 5;
  const PAGE_SIZE = 20, FIRST_CONTEXTS = 3;

  // ---- small things ----

  const byId = id => document.getElementById(id);

  /** Creates an element with attributes; children are elements or plain text, never markup. */
  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (value !== null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  const count = n => n.toLocaleString("en-US");
  const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
  const decimal = (x, digits) => x === null ? "–" : x.toFixed(digits);
  const compact = n => Intl.NumberFormat("en-US", {notation: "compact", maximumFractionDigits: 2}).format(n);

  function percent(fraction) {
    const p = 100 * fraction;
    if (p === 0) return "0 %";
    return (p >= 10 ? p.toFixed(1) : p >= 0.001 ? p.toPrecision(2) : p.toExponential(1)) + " %";
  }

  const activation = value => value >= 0.001 && value < 1000 ? value.toPrecision(3) : Number(value.toPrecision(3)).toString();
  const f1 = latent => latent[LABEL] ? latent[LABEL][F1] : -1;
  const isMatch = latent => latent[LABEL] !== null && latent[LABEL][MATCH] === 1;
  const link = (index, ...children) => el("a", {href: "#latent-" + index}, ...children);

  // ---- header and figures ----

  function renderHeader() {
    const name = header.model || "A sparse autoencoder";
    byId("model").textContent = name;
    byId("tensor").textContent = header.tensor;
    document.title = "Latents of " + name;
    const facts = [`${count(header.nIn)} activations → ${count(header.nLatents)} latents`, header.variant];
    if (header.tokens) facts.push(`trained on ${compact(header.tokens)} tokens`);
    byId("facts").textContent = facts.join(" · ");
    const by = origin.command ? [" by ", el("code", {}, origin.command)] : [];
    byId("foot").append(
      el("p", {}, `Written by sae4j ${origin.version} on ${origin.written.replace("T", " ").replace("Z", " UTC")}`, ...by, "."),
      el("p", {}, `FVU and related figures were measured on ${evaluation.source}.`));
  }

  function renderMetrics() {
    const rows = `${compact(evaluation.rows)} ${header.heldOut ? "held-out " : ""}tokens`;
    const add = (title, value, explanation) => byId("metrics").append(
      el("div", {class: "card"}, el("b", {}, title), el("strong", {}, value), el("span", {}, explanation)));
    add("FVU", decimal(evaluation.fvu, 3),
      "fraction of variance unexplained by the reconstruction. 0 is perfect, 1 no better than the mean.");
    add("Explained variance", evaluation.explained_variance === null ? "–" : percent(evaluation.explained_variance),
      `1 − FVU, measured on ${rows}.`);
    add("L0", decimal(evaluation.l0, 1), `active latents per token on average, out of ${count(header.nLatents)}.`);
    add("Dead latents", percent(evaluation.dead_fraction),
      `${count(evaluation.dead)} never active in these ${compact(evaluation.rows)} tokens; ` +
      `${count(evaluation.dense)} active in more than 10 % of them.`);
    add("Cosine", decimal(evaluation.cosine, 3), "mean cosine of an activation vector and its reconstruction. 1 is the same direction.");
    if (header.tokens) add("Training", compact(header.tokens), "tokens seen, counting every pass over the data.");
  }

  function renderConcepts() {
    if (!concepts) return;
    byId("concepts-section").hidden = false;
    byId("concepts-lead").textContent =
      `The ${count(data.textsRead)} texts read for this page carry ${plural(selection.tested, "concept", "concepts")} ` +
      `${fractionsTested()} A latent matches a concept if its activation separates the texts with the concept from the rest ` +
      "with F1 ≥ 0.5 on held-out texts; for a concept carried by more than a seventh of the texts, the F1 must reach the square " +
      "root of that of an always-active latent. Number of distinct concepts matched:";
    const rows = [
      ["This dictionary", concepts.sae, "latents", true],
      ["The model’s own neurons", concepts.neurons, "neurons", false],
      ["A random dictionary", concepts.random, "latents", false]];
    const most = Math.max(1, ...rows.map(row => row[1].concepts));
    for (const [name, found, what, own] of rows) {
      const bar = el("i");
      bar.style.width = `${62 * found.concepts / most}%`;
      byId("comparison").append(el("div", {class: own ? "bar own" : "bar"}, el("span", {}, name),
        el("div", {class: "track"}, bar,
          el("b", {}, count(found.concepts), el("small", {}, ` by ${count(found.latents)} ${what}`)))));
    }
    byId("concepts-note").textContent =
      `Neurons: the ${count(header.nIn)} coordinates of the activation, with each sign counted separately. ` +
      "Random: a dictionary of the same size and L0 with random directions.";
    renderFound();
  }

  function fractionsTested() {
    if (selection.widened) return "that were all tested, because none is carried by 0.1 % to 5 % of the texts.";
    const {least, most} = selection.fractions;
    return `that were tested: those carried by ${percent(least)} to ${percent(most)} of the texts.`;
  }

  /** Lists the concepts that were not tested, and why. */
  function renderLeftOut() {
    if (!selection) return;
    const {tooRare, tooCommon, fractions} = selection;
    const total = tooRare.count + tooCommon.count;
    const box = byId("left-out");
    box.hidden = total === 0;
    box.firstElementChild.textContent = `${plural(total, "concept was", "concepts were")} not tested`;
    const list = (why, left) => {
      if (left.count === 0) return;
      const chips = el("div", {class: "chips"}, ...left.most.map(c =>
        el("span", {}, c.concept + " ", el("small", {}, percent(c.texts / selection.texts)))));
      const rest = left.count - left.most.length;
      if (rest > 0) chips.append(el("span", {}, `and ${plural(rest, "rarer one", "rarer ones")}: see latents.json`));
      box.append(el("p", {class: "note"}, why), chips);
    };
    list(`Carried by more than ${percent(fractions.most)} of the texts, or by all of them:`, tooCommon);
    list(`Carried by less than ${percent(fractions.least)} of the texts:`, tooRare);
  }

  /** Lists the matched concepts, each with its best latent. */
  function renderFound() {
    const best = new Map();
    data.latents.forEach((latent, index) => {
      if (!isMatch(latent)) return;
      const name = latent[LABEL][CONCEPT];
      if (!best.has(name) || f1(data.latents[best.get(name)]) < f1(latent)) best.set(name, index);
    });
    const box = byId("found");
    box.hidden = best.size === 0;
    box.open = best.size <= 60;
    box.firstElementChild.textContent = `${plural(best.size, "concept", "concepts")} matched, with the F1 of the best latent`;
    [...best].sort((a, b) => f1(data.latents[b[1]]) - f1(data.latents[a[1]])).forEach(([name, index]) =>
      box.lastElementChild.append(link(index, name + " ", el("small", {}, decimal(f1(data.latents[index]), 2)))));
  }

  function renderPlots() {
    byId("plots-section").hidden = data.plots.length === 0;
    for (const plot of data.plots) {
      byId("plots").append(el("figure", {}, el("b", {}, plot.title),
        el("img", {src: plot.image, alt: plot.alt, width: 960, height: 560}),
        el("figcaption", {}, plot.explanation)));
    }
  }

  // ---- one latent ----

  /** Renders a text with shading where the latent is active. */
  function shaded(context, strongest) {
    const [number, , spans] = context;
    const text = texts[number];
    const parts = [];
    let at = 0;
    for (let i = 0; i < spans.length; i += 3) {
      const [start, end, value] = [spans[i], spans[i + 1], spans[i + 2]];
      if (start < at) continue;
      if (start > at) parts.push(text.slice(at, start));
      const special = start === end;
      const mark = el("mark", {title: `${special ? "special token: " : ""}${activation(value)}`},
        special ? "◆" : text.slice(start, end));
      const strength = strongest > 0 ? Math.min(1, value / strongest) : 0;
      mark.style.backgroundColor = `rgba(var(--mark), ${(0.1 + 0.6 * strength).toFixed(2)})`;
      parts.push(mark);
      at = end;
    }
    parts.push(text.slice(at));
    return el("span", {class: "text"}, ...parts);
  }

  function peak(context) {
    let most = 0;
    for (let i = 2; i < context[2].length; i += 3) most = Math.max(most, context[2][i]);
    return most;
  }

  function contextItem(context, strongest) {
    return el("li", {},
      el("span", {class: "tick", title: context[1] ? "carries the label’s concept" : null}, context[1] ? "✓" : ""),
      shaded(context, strongest),
      el("span", {class: "value", title: "largest activation in this text"}, activation(peak(context))));
  }

  function title(latent) {
    const label = latent[LABEL];
    if (latent[DENSITY] === 0) return el("span", {class: "weak"}, "never active");
    if (!label || label[F1] < 0.1) return el("span", {class: "weak"}, concepts ? "no matching label" : "");
    return isMatch(latent) ? label[CONCEPT] : el("span", {class: "weak"}, "weakly: " + label[CONCEPT]);
  }

  function facts(latent) {
    const label = latent[LABEL];
    const parts = [];
    if (label && label[F1] >= 0.1) {
      parts.push(`precision ${decimal(label[PRECISION], 2)}, recall ${decimal(label[RECALL], 2)} on held-out texts ` +
        `(${count(label[WITH_CONCEPT])} of all texts carry it)`);
    }
    parts.push(`active at ${percent(latent[DENSITY])} of tokens`);
    if (latent[STRONGEST] > 0) parts.push(`largest activation ${activation(latent[STRONGEST])}`);
    return parts.join(" · ");
  }

  function nearest(latent) {
    const chips = el("div", {class: "chips"});
    for (let i = 0; i < latent[NEAREST].length; i += 2) {
      const index = latent[NEAREST][i], other = data.latents[index];
      const name = isMatch(other) ? other[LABEL][CONCEPT] : "#" + index;
      chips.append(link(index, name + " ", el("small", {}, decimal(latent[NEAREST][i + 1], 2))));
    }
    return el("div", {class: "near"}, "Nearest latents by cosine of their directions", chips);
  }

  function card(index, whole) {
    const latent = data.latents[index], contexts = latent[CONTEXTS];
    const list = el("ol", {class: "contexts"});
    const article = el("article", {class: "latent"});
    const heading = el("div", {class: "latent-head"},
      el("a", {class: "num", href: "#latent-" + index, title: "link to this latent"}, "#" + index),
      el("h3", {}, title(latent)));
    if (f1(latent) >= 0.1) {
      heading.append(el("span", {class: isMatch(latent) ? "score" : "score low"}, "F1 " + decimal(f1(latent), 2)));
    }
    article.append(heading, el("p", {class: "facts-line"}, facts(latent)), list);
    const show = from => contexts.slice(from).forEach(c => list.append(contextItem(c, latent[STRONGEST])));
    if (whole || contexts.length === 0) {
      show(0);
      article.append(nearest(latent));
      return article;
    }
    contexts.slice(0, FIRST_CONTEXTS).forEach(c => list.append(contextItem(c, latent[STRONGEST])));
    const rest = contexts.length - FIRST_CONTEXTS;
    const more = el("button", {type: "button", onclick: () => {
      show(FIRST_CONTEXTS);
      const near = nearest(latent);
      more.replaceWith(near);
      near.querySelector("a")?.focus({preventScroll: true});
    }}, rest > 0 ? `${plural(rest, "more text", "more texts")} and nearest latents` : "nearest latents");
    article.append(more);
    return article;
  }

  // ---- the list ----

  const orders = {
    f1: ["label’s F1", (a, b) => f1(data.latents[b]) - f1(data.latents[a])],
    strongest: ["largest activation", (a, b) => data.latents[b][STRONGEST] - data.latents[a][STRONGEST]],
    dense: ["density, descending", (a, b) => data.latents[b][DENSITY] - data.latents[a][DENSITY]],
    sparse: ["density, ascending", (a, b) => data.latents[a][DENSITY] - data.latents[b][DENSITY]],
    index: ["number", () => 0]};
  const alive = [], silent = [];
  data.latents.forEach((latent, index) => (latent[DENSITY] > 0 ? alive : silent).push(index));
  let shown = alive, page = 0, lowered = null;

  function matches(index, query) {
    const latent = data.latents[index];
    if (latent[LABEL] && latent[LABEL][F1] >= 0.1 && latent[LABEL][CONCEPT].toLowerCase().includes(query)) return true;
    return latent[CONTEXTS].some(context => lowered[context[0]].includes(query));
  }

  function select() {
    const query = byId("query").value.trim().toLowerCase();
    const number = /^#?(\d+)$/.exec(query);
    lowered = lowered || texts.map(text => text.toLowerCase());
    shown = alive;
    if (number) shown = Number(number[1]) < data.latents.length ? [Number(number[1])] : [];
    else if (query) shown = alive.filter(index => matches(index, query));
    if (byId("matched").checked) shown = shown.filter(index => isMatch(data.latents[index]));
    shown = [...shown].sort((a, b) => orders[byId("sort").value][1](a, b) || a - b);
    page = 0;
    renderList();
  }

  function renderList() {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE_SIZE));
    const from = page * PAGE_SIZE;
    byId("count").textContent = shown.length === 0 ? "No matching latents." :
      `${plural(shown.length, "latent", "latents")}` + (pages > 1 ? `, ${from + 1} to ${Math.min(shown.length, from + PAGE_SIZE)} shown` : "");
    byId("list").replaceChildren(...shown.slice(from, from + PAGE_SIZE).map(index => card(index, false)));
    const go = (name, to) => {
      const button = el("button", {type: "button", onclick: () => {
        page = to;
        renderList();
        byId("latents").scrollIntoView();
        byId("latents").focus({preventScroll: true});
      }}, name);
      button.disabled = to < 0 || to >= pages || to === page;
      return button;
    };
    byId("pager").replaceChildren(...(pages === 1 ? [] : [
      go("First", 0), go("Previous", page - 1), el("span", {}, `page ${page + 1} of ${count(pages)}`),
      go("Next", page + 1), go("Last", pages - 1)]));
  }

  function renderSilent() {
    const box = byId("silent");
    box.hidden = silent.length === 0;
    box.firstElementChild.textContent =
      `${plural(silent.length, "latent was", "latents were")} never active in the ${compact(data.rows)} tokens read for this list`;
    box.addEventListener("toggle", () => {
      if (box.open && !box.lastElementChild.hasChildNodes()) {
        box.lastElementChild.append(...silent.map(index => link(index, "#" + index)));
      }
    });
  }

  function setUpTools() {
    if (!concepts) delete orders.f1;
    if (!data.textsRead) delete orders.strongest;
    for (const [value, [name]] of Object.entries(orders)) byId("sort").append(el("option", {value}, name));
    byId("matched-only").hidden = !concepts;
    let waiting = 0;
    byId("query").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(select, 150);
    });
    byId("sort").addEventListener("change", select);
    byId("matched").addEventListener("change", select);
    byId("tools").addEventListener("submit", event => event.preventDefault());
    if (!data.textsRead) {
      byId("query").placeholder = "#number";
      byId("legend").before(el("p", {class: "note"},
        "These activations have no texts, so there are no contexts and no labels: " +
        "harvest a model’s activations from texts to see what its latents respond to."));
    } else if (!concepts) {
      byId("legend").before(el("p", {class: "note"}, selection.tooRare.count + selection.tooCommon.count > 0
        ? "None of the texts’ concepts were tested (see above), so latents have contexts but no labels."
        : "The texts carry no concepts, so latents have contexts but no labels."));
    }
  }

  /** Shows only the latent named in the address, or everything if there is none. */
  function route(moved) {
    const named = /^#latent-(\d+)$/.exec(location.hash);
    const index = named ? Number(named[1]) : -1;
    const alone = index >= 0 && index < data.latents.length;
    byId("overview").hidden = alone;
    byId("tools").hidden = alone;
    byId("pager").hidden = alone;
    byId("legend").hidden = alone;
    byId("silent").hidden = alone || silent.length === 0;
    byId("latents-title").textContent = alone ? `Latent ${index} of ${count(data.latents.length)}` : "The latents";
    if (alone) {
      byId("count").replaceChildren(el("a", {href: "#latents"}, "← all latents"));
      byId("list").replaceChildren(card(index, true));
      window.scrollTo(0, 0);
    } else if (moved) {
      renderList();
      byId("latents").scrollIntoView();
    }
  }

  renderHeader();
  renderMetrics();
  renderConcepts();
  renderLeftOut();
  renderPlots();
  renderSilent();
  setUpTools();
  select();
  route(false);
  window.addEventListener("hashchange", () => route(true));
})();
