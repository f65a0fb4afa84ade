// Shows the pages that match what is chosen and says how many they are; without it all are shown.
"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const choices = [...form.querySelectorAll("select")];
  const pages = [...document.querySelectorAll(".briefings > li")];
  const parts = [...document.querySelectorAll(".part, .group")];
  const lang = document.documentElement.lang;
  const plural = new Intl.PluralRules(lang);

  const fits = (page) => choices.every(({ name, value }) => !value || page.dataset[name].split(" ").includes(value));

  const filter = () => {
    pages.forEach((page) => { page.hidden = !fits(page); });
    parts.forEach((part) => { part.hidden = !part.querySelector("li:not([hidden])"); });
    const count = pages.filter((page) => !page.hidden).length;
    const words = plural.select(count) === "one" ? form.dataset.one : form.dataset.other;
    form.querySelector("output").textContent = words.replace("{count}", count.toLocaleString(lang));
    form.querySelector("button").disabled = choices.every(({ value }) => !value);
  };

  form.addEventListener("change", filter);
  // The choices are empty only after the event that empties them.
  form.addEventListener("reset", () => setTimeout(filter));
  // A browser that comes back to the page may have kept the choices.
  addEventListener("pageshow", filter);
  form.hidden = false;
  filter();
})();
