// Every table as a file.
"use strict";
(() => {
  const { setup, make, decoded, text, idsOf: idsOfLink } = window.antq;
  const stem = decoded(location.pathname.split("/").pop()).replace(/\.html?$/, "") || "antq";

  // A cell that begins like a formula would be run by a spreadsheet.
  const inert = (value) => (/^[=+\-@\t\r\n＝＋－＠]/.test(value) && !/^-?[\d.,]+%?$/.test(value) ? `'${value}` : value);
  const quoted = (value) => `"${inert(value).replaceAll('"', '""')}"`;

  const idsOf = (line) => {
    const named = [...line.querySelectorAll("a.fig")].flatMap(idsOfLink);
    if (line.id.startsWith("obs-")) named.unshift(line.id.slice(4));
    return [...new Set(named)].join(" ");
  };

  // A spreadsheet reads numbers as its country writes them, and takes the sign that is left for a new column.
  const { decimal } = setup.locale.format;
  const SIGN = decimal === "," ? ";" : ",";
  const number = (written = "") => written.replace(".", decimal);

  // A value that is known by its bounds has them as numbers in columns of their own.
  const withEnds = (cell, bounded, value, low, high) => [value, ...(bounded.has(cell.cellIndex) ? [low, high] : [])];
  const headed = (line, bounded, { csvLower, csvUpper }) =>
    [...line.cells].filter(shown).flatMap((cell) => withEnds(cell, bounded, text(cell), `${text(cell)} ${csvLower}`, `${text(cell)} ${csvUpper}`));
  const valued = (line, bounded) =>
    [...line.cells].filter(shown).flatMap((cell) => withEnds(cell, bounded, cell.dataset.csv ?? text(cell), number(cell.dataset.low), number(cell.dataset.high)));
  const shown = (cell) => !cell.matches(".back");

  const csv = (table) => {
    const grouped = table.querySelector("tr.group") !== null;
    const heading = table.closest(".source")?.querySelector("h3");
    const bounded = new Set([...table.querySelectorAll("tbody [data-low], tbody [data-high]")].map((cell) => cell.cellIndex));
    const wrap = (group, inner, source, ids) => [...(grouped ? [group] : []), ...inner, ...(heading ? [source] : []), ids];
    const { csvGroup, csvSource, csvFigures } = setup.words;
    const lines = [...table.tHead.rows].map((line) => wrap(csvGroup, headed(line, bounded, setup.words), csvSource, csvFigures));
    let group = "";
    for (const line of [...table.tBodies].flatMap((body) => [...body.rows])) {
      if (line.matches(".group")) group = text(line);
      else lines.push(wrap(group, valued(line, bounded), heading && text(heading), idsOf(line)));
    }
    return lines.map((line) => line.map(quoted).join(SIGN) + "\r\n").join("");
  };

  const save = (name, parts, type) => {
    const url = URL.createObjectURL(new Blob(parts, { type }));
    make("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };

  const plain = (words) => words.replace(/[Đđ]/g, "d").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  const nameOf = (...words) => plain(words.join(" ")).slice(0, 100);

  // No two buttons have one name: the second of a name is numbered.
  const captions = new Map();
  const captionOf = (table) => {
    const caption = table.caption ? text(table.caption) : "";
    captions.set(caption, (captions.get(caption) ?? 0) + 1);
    return captions.get(caption) > 1 ? `${caption} (${captions.get(caption)})` : caption;
  };

  const offer = (table) => {
    const caption = captionOf(table);
    const button = make("button", { type: "button", class: "tool", "aria-label": `${setup.words.csv}: ${caption}` }, setup.words.csv);
    button.addEventListener("click", () => save(`${nameOf(stem, caption)}.csv`, ["\ufeff", csv(table)], "text/csv;charset=utf-8"));
    const frame = table.closest(".table-scroll") ?? table;
    frame.after(make("p", { class: "tools" }, button));
  };

  [...document.querySelectorAll("table:is(.data, .answers)")].filter((table) => table.tHead).forEach(offer);
  Object.assign(window.antq, { stem, save, nameOf });
})();
