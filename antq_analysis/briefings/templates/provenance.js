// A number shows where it is printed: the rows of the list of sources, copied beside it.
"use strict";
(() => {
  const { setup, make, preview, open, leave, show, hide, focusQuietly, isQuiet, decoded, text } = window.antq;
  const SHOWN = 3;

  const row = (id) => document.getElementById(`obs-${id}`);
  // A number that rests on one figure alone says by its address which it is.
  const idsOf = (link) => (link.dataset.obs ?? link.getAttribute("href").slice("#obs-".length)).split(" ");

  const pairs = (cells) => {
    const list = make("dl");
    cells
      .filter((cell) => text(cell))
      .forEach((cell) => list.append(make("dt", {}, cell.dataset.label), make("dd", {}, text(cell))));
    return list;
  };

  const figure = (found) => {
    const [first, ...others] = found.querySelectorAll("td:not(.back)");
    const heading = found.closest(".source")?.querySelector("h3");
    return make(
      "div",
      { class: "figure" },
      make("p", { class: "printed", lang: "vi" }, text(first)),
      make("p", { class: "from" }, heading ? text(heading) : ""),
      pairs(others),
      make("p", { class: "more" }, make("a", { href: `#${found.id}` }, setup.words.toRow)),
    );
  };

  const rest = (found) => {
    const label = setup.words.moreFigures.replace("{count}", found.length);
    return make("p", { class: "more" }, make("a", { href: `#${found[0].id}` }, label));
  };

  // The figures of some ids, at most three of them in full.
  const figures = (ids) => {
    const found = ids.map(row).filter(Boolean);
    const more = found.slice(SHOWN);
    return [...found.slice(0, SHOWN).map(figure), ...(more.length ? [rest(more)] : [])];
  };

  const about = (link) => ({
    owner: link,
    key: link,
    rect: () => link.getBoundingClientRect(),
    label: setup.words.figureDialog,
    fill: () => figures(idsOf(link)),
  });

  document.querySelectorAll("a.fig").forEach((link) => {
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("pointerenter", ({ pointerType }) => pointerType !== "touch" && preview(about(link)));
    link.addEventListener("pointerleave", leave);
    link.addEventListener("focus", () => !isQuiet() && link.matches(":focus-visible") && show(about(link), { keyboard: true }));
    link.addEventListener("blur", ({ relatedTarget }) => relatedTarget?.closest(".popover") || leave());
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(about(link));
    });
  });

  // A place that a link leads to is shown even if it was folded away, and the keyboard goes on from there.
  const unfold = (target) => {
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };
  const arrive = (target) => {
    unfold(target);
    if (!target.matches("a, button, [tabindex]")) target.tabIndex = -1;
    document.querySelectorAll(".reached").forEach((earlier) => earlier.classList.remove("reached"));
    target.classList.add("reached");
    // A row that is taller than the window is read from its top.
    const whole = target.matches("tr, .fig") && target.getBoundingClientRect().height < innerHeight;
    target.scrollIntoView({ block: whole ? "center" : "start" });
    focusQuietly(target);
  };
  const named = () => location.hash && document.getElementById(decoded(location.hash.slice(1)));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    const place = link && !event.defaultPrevented && document.getElementById(decoded(link.getAttribute("href").slice(1)));
    if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // The browser would give the focus itself, as if the reader had, and a number would open.
    event.preventDefault();
    history.pushState(null, "", link.hash);
    hide();
    arrive(place);
  });
  addEventListener("hashchange", () => named() && arrive(named()));
  Object.assign(window.antq, { figures, idsOf });
  if (named()) arrive(named());
})();
