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

  // A cell holds its value alone: how the province is known stands in a column of its own.
  const value = (cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(".basis").forEach((basis) => basis.remove());
    return cell.dataset.csv ?? text(copy);
  };
  const cells = (line) => [...line.cells].filter((cell) => !cell.matches(".back")).map(value);
  const basisOf = (line) => [...new Set([...line.querySelectorAll(".basis")].map((basis) => text(basis).replace(/^[[(]|[\])]$/g, "")))].join("; ");

  const csv = (table) => {
    const grouped = table.querySelector("tr.group") !== null;
    const heading = table.closest(".source")?.querySelector("h3");
    const marked = table.querySelector(".basis") !== null;
    const wrap = (group, inner, basis, ids) => [
      ...(grouped ? [group] : []),
      ...inner,
      ...(marked ? [basis] : []),
      ids,
    ];
    const named = (line, source) => [...cells(line), ...(heading ? [source] : [])];
    const { csvGroup, csvSource, csvBasis, csvFigures } = setup.words;
    const lines = [...table.tHead.rows].map((line) => wrap(csvGroup, named(line, csvSource), csvBasis, csvFigures));
    let group = "";
    for (const line of [...table.tBodies].flatMap((body) => [...body.rows])) {
      if (line.matches(".group")) group = text(line);
      else lines.push(wrap(group, named(line, heading && text(heading)), basisOf(line), idsOf(line)));
    }
    return lines.map((line) => line.map(quoted).join(",") + "\r\n").join("");
  };

  const save = (name, parts, type) => {
    const url = URL.createObjectURL(new Blob(parts, { type }));
    make("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };

  // No two buttons have one name: the second of a name is numbered.
  const names = new Map();
  const nameOf = (table) => {
    const name = `${setup.words.csv}: ${table.caption ? text(table.caption) : ""}`;
    names.set(name, (names.get(name) ?? 0) + 1);
    return names.get(name) > 1 ? `${name} (${names.get(name)})` : name;
  };

  const offer = (table, at) => {
    const button = make("button", { type: "button", class: "tool", "aria-label": nameOf(table) }, setup.words.csv);
    button.addEventListener("click", () => save(`${stem}-${at + 1}.csv`, ["\ufeff", csv(table)], "text/csv;charset=utf-8"));
    const frame = table.closest(".table-scroll") ?? table;
    frame.after(make("p", { class: "tools" }, button));
  };

  [...document.querySelectorAll("table.data")].filter((table) => table.tHead).forEach(offer);
  Object.assign(window.antq, { stem, save });
})();
