// Paper is light, and holds all that is folded away on the screen.
"use strict";
(() => {
  const root = document.documentElement;
  let opened = [];

  const paper = (on) => {
    if (on === root.classList.contains("paper")) return;
    root.classList.toggle("paper", on);
    if (on) {
      window.antq.hide();
      opened = [...document.querySelectorAll("main details:not([open])")];
    }
    opened.forEach((fold) => (fold.open = on));
    dispatchEvent(new Event("antq-paper"));
  };

  matchMedia("print").addEventListener("change", ({ matches }) => paper(matches));
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  if (matchMedia("print").matches) paper(true);
})();
