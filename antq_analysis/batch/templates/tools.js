// What helps with a long page: the contents beside it that follow the reader, and every table as a file.
"use strict";
(() => {
  const { setup, make } = window.antq;
  const text = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const stem = decodeURIComponent(location.pathname.split("/").pop()).replace(/\.html?$/, "") || "antq";

  const contents = () => {
    const fold = document.querySelector(".contents details");
    if (!fold) return;
    const wide = matchMedia("(min-width: 64rem)");
    const follow = () => (fold.open = wide.matches);
    wide.addEventListener("change", follow);
    follow();
    const links = [...fold.querySelectorAll("a")];
    const headings = links.map((link) => document.getElementById(link.getAttribute("href").slice(1)));
    const mark = () => {
      const reached = headings.findLastIndex((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
      links.forEach((link, at) => (at === reached ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    headings.forEach((heading) => observer.observe(heading));
    links.forEach((link) => link.addEventListener("click", () => wide.matches || (fold.open = false)));
  };

  // A cell that begins like a formula would be run by a spreadsheet.
  const inert = (value) => (/^[=+\-@\t\r]/.test(value) && !/^-?[\d.,]+%?$/.test(value) ? `'${value}` : value);
  const quoted = (value) => `"${inert(value).replaceAll('"', '""')}"`;

  const idsOf = (line) => {
    const named = [...line.querySelectorAll("a.fig")].flatMap((link) => link.dataset.obs.split(" "));
    if (line.id.startsWith("obs-")) named.unshift(line.id.slice(4));
    return [...new Set(named)].join(" ");
  };

  const cells = (line) => [...line.cells].filter((cell) => !cell.matches(".back")).map((cell) => cell.dataset.csv ?? text(cell));

  const csv = (table) => {
    const grouped = table.querySelector("tr.group") !== null;
    const head = [...table.tHead.rows].flatMap(cells);
    const lines = [[...(grouped ? [setup.words.csvGroup] : []), ...head, setup.words.csvFigures]];
    let group = "";
    for (const line of [...table.tBodies].flatMap((body) => [...body.rows])) {
      if (line.matches(".group")) group = text(line);
      else lines.push([...(grouped ? [group] : []), ...cells(line), idsOf(line)]);
    }
    return lines.map((line) => line.map(quoted).join(",") + "\r\n").join("");
  };

  const save = (name, parts, type) => {
    const url = URL.createObjectURL(new Blob(parts, { type }));
    make("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };

  const offer = (table, at) => {
    // The heading of the last column is empty where the table has none of its own to give.
    const caption = table.caption ? text(table.caption) : "";
    const button = make("button", { type: "button", class: "tool", "aria-label": `${setup.words.csv}: ${caption}` }, setup.words.csv);
    button.addEventListener("click", () => save(`${stem}-${at + 1}.csv`, ["\ufeff", csv(table)], "text/csv;charset=utf-8"));
    const frame = table.closest(".table-scroll") ?? table;
    frame.after(make("p", { class: "tools" }, button));
  };

  contents();
  [...document.querySelectorAll("table.data")].filter((table) => table.tHead).forEach(offer);
  window.antq.stem = stem;
})();
