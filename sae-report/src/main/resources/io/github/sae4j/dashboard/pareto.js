"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = id => document.getElementById(id);
  const count = n => n.toLocaleString("en-US");
  const decimal = (x, digits) => x === null ? "–" : x.toFixed(digits);
  const columns = [
    ["Run", run => run.run],
    ["Variant", run => run.group ? `${run.group}: ${run.variant}` : run.variant],
    ["Strength", run => Number(run.strength.toPrecision(6)).toString()],
    ["Latents", run => count(run.n_latents)],
    ["Seed", run => run.seed.toString()],
    ["L0", run => decimal(run.l0, 2)],
    ["FVU", run => decimal(run.fvu, 4)],
    ["Explained", run => decimal(run.explained_variance, 4)],
    ["Dead", run => decimal(100 * run.dead_fraction, 1) + " %"],
    ["MSE", run => run.mse === null ? "–" : run.mse.toPrecision(4)],
    ["Cosine", run => decimal(run.cosine, 4)]];
  const rows = new Map();

  function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  function renderTable() {
    const table = byId("runs"), head = document.createElement("tr"), body = document.createElement("tbody");
    for (const [title] of columns) {
      const cell = element("th", title);
      cell.scope = "col";
      head.append(cell);
    }
    for (const run of data.runs) {
      const row = document.createElement("tr");
      for (const [, text] of columns) row.append(element("td", text(run)));
      rows.set(run.run, row);
      body.append(row);
    }
    table.createTHead().append(head);
    table.append(body);
  }

  /** Links points and rows: hovering over a point shows its run in the caption and marks its row, and vice versa. */
  function connect() {
    const caption = byId("hover"), text = caption.textContent;
    for (const point of document.querySelectorAll(".point")) {
      const about = point.dataset.about;
      const row = rows.get(about.slice(0, about.indexOf(": ")));
      const show = shown => {
        caption.textContent = shown ? about : text;
        if (row) row.classList.toggle("shown", shown);
      };
      point.addEventListener("pointerenter", () => show(true));
      point.addEventListener("pointerleave", () => show(false));
      if (!row) continue;
      row.addEventListener("pointerenter", () => point.classList.add("shown"));
      row.addEventListener("pointerleave", () => point.classList.remove("shown"));
    }
  }

  byId("facts").textContent = `${count(data.runs.length)} runs, measured on ${count(data.rows)} rows`;
  byId("foot").textContent = `Written by sae4j. Rows: ${data.source}.`;
  renderTable();
  connect();
})();
