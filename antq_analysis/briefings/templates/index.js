// Shows what holds the words searched for, with or without accents, and keeps them in the address. Without it all
// is shown.
"use strict";
(() => {
  const form = document.querySelector("form.search");
  const [box, status] = [form.querySelector("input"), form.querySelector("output")];
  const lines = [...document.querySelectorAll(".briefings > li, .overview tbody tr")];
  const parts = [...document.querySelectorAll(".part, .group")];

  const plain = (text) => text.replace(/[Đđ]/g, "d").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const heads = [...document.querySelectorAll(".overview th[data-area]")];
  const areas = new Map(heads.map((head) => [head.dataset.area, head.textContent]));
  // A row of the table is about its provinces, and what they became part of, where they have published something;
  // a page belongs to its question.
  const told = (line) => {
    const copy = line.cloneNode(true);
    copy.querySelectorAll("td:has(.none)").forEach((cell) => cell.remove());
    const named = [...copy.querySelectorAll("td[data-area]")].map((cell) => areas.get(cell.dataset.area)).join(" ");
    return plain(`${copy.textContent} ${named} ${line.closest(".part")?.querySelector("h2").textContent ?? ""}`);
  };
  const texts = new Map(lines.map((line) => [line, told(line)]));

  const search = () => {
    const words = plain(box.value).split(/\s+/);
    lines.forEach((line) => { line.hidden = !words.every((word) => texts.get(line).includes(word)); });
    parts.forEach((part) => { part.hidden = !part.querySelector("li:not([hidden])"); });
    status.textContent = lines.every((line) => line.hidden) ? status.dataset.none : "";
    history.replaceState(null, "", box.value ? `#${new URLSearchParams({ q: box.value })}` : location.pathname + location.search);
  };
  const recall = () => {
    box.value = new URLSearchParams(location.hash.slice(1)).get("q") ?? box.value;
    search();
  };

  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", recall);
  // A browser that comes back to the page may have kept the words.
  addEventListener("pageshow", recall);
  form.hidden = false;
  recall();
})();
