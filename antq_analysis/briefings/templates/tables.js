// On a phone a row of a table is laid out as a block in which every value says what it is. What is then no
// table to the eye would be none to a screen reader either, were it not for the roles. Where no script runs
// a table stays one, and scrolls.
"use strict";
(() => {
  const text = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const name = (elements, role) => [...elements].forEach((element) => element.setAttribute("role", role));

  // What the letters of a cell stand for is said once, below its table.
  const meanings = (table) => {
    const below = table.closest(".table-scroll")?.nextElementSibling;
    const letters = below?.matches(".legend") ? below.querySelectorAll("dt") : [];
    return new Map([...letters].map((letter) => [text(letter), text(letter.nextElementSibling)]));
  };
  const spelt = (cell, known) => text(cell).split(", ").map((letter) => known.get(letter) ?? "").join(" ").trim();

  const stack = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const known = meanings(table);
    name([table], "table");
    name([table.tHead, ...table.tBodies], "rowgroup");
    name(table.rows, "row");
    name(table.querySelectorAll("thead th"), "columnheader");
    name(table.querySelectorAll("tbody th"), "rowheader");
    table.querySelectorAll("td").forEach((cell) => {
      const head = heads[cell.cellIndex];
      cell.setAttribute("role", "cell");
      cell.dataset.label = head ? text(head) : "";
      if (head?.matches("[data-letters]")) cell.dataset.csv = spelt(cell, known);
    });
  };

  [...document.querySelectorAll("table.data")].filter((table) => table.tHead).forEach(stack);
  window.antq.text = text;
})();
