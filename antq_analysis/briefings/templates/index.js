// Shows what matches the words searched for, or the choices made, and keeps them in the address. Without it all
// is shown.
"use strict";
(() => {
  const form = document.querySelector("form.filter, form.search");
  const fields = [...form.querySelectorAll("select, input")];
  const pages = [...document.querySelectorAll(".briefings > li")];
  const lines = [...pages, ...document.querySelectorAll(".overview tbody tr")];
  const parts = [...document.querySelectorAll(".part, .group")];
  const lang = document.documentElement.lang;
  const plural = new Intl.PluralRules(lang);

  const plain = (text) => text.replace(/[Đđ]/g, "d").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  // A row of the table is about its provinces where they have published something.
  const told = (line) => {
    const copy = line.cloneNode(true);
    copy.querySelectorAll("td:has(.none)").forEach((cell) => cell.remove());
    return plain(copy.textContent);
  };
  const texts = new Map(lines.map((line) => [line, told(line)]));
  const fits = (line) =>
    fields.every(({ name, value }) => {
      if (name === "q") return plain(value).split(/\s+/).every((word) => texts.get(line).includes(word));
      return !value || line.dataset[name].split(" ").includes(value);
    });

  const filter = () => {
    lines.forEach((line) => { line.hidden = !fits(line); });
    parts.forEach((part) => { part.hidden = !part.querySelector("li:not([hidden])"); });
    const chosen = new URLSearchParams(fields.filter(({ value }) => value).map(({ name, value }) => [name, value]));
    history.replaceState(null, "", chosen.size ? `#${chosen}` : location.pathname + location.search);
    if (form.matches(".search")) {
      form.querySelector("output").textContent = lines.every((line) => line.hidden) ? "0" : "";
      return;
    }
    const count = pages.filter((page) => !page.hidden).length;
    const words = plural.select(count) === "one" ? form.dataset.one : form.dataset.other;
    form.querySelector("output").textContent = words.replace("{count}", count.toLocaleString(lang));
    form.querySelector("button").disabled = !chosen.size;
  };

  const recall = () => {
    const kept = new URLSearchParams(location.hash.slice(1));
    fields.forEach((field) => { if (kept.has(field.name)) field.value = kept.get(field.name); });
    filter();
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The choices are empty only after the event that empties them.
  form.addEventListener("reset", () => setTimeout(filter));
  addEventListener("hashchange", recall);
  // A browser that comes back to the page may have kept the choices.
  addEventListener("pageshow", recall);
  form.hidden = false;
  recall();
})();
