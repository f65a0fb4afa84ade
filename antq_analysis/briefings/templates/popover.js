// One small window beside whatever a reader points at, shared by numbers and charts. A preview comes with
// the pointer or the focus and goes with it; once opened by a click, a tap or Enter it takes the focus and
// stays until it is closed (WCAG 2.2, 1.4.13).
"use strict";
window.antq = (() => {
  const setup = JSON.parse(document.getElementById("page-setup").textContent);
  const GAP = 8;
  const OPEN_AFTER = 120;
  const CLOSE_AFTER = 300;
  const root = document.documentElement;
  const narrow = matchMedia("(max-width: 40rem)");

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  };

  const close = make("button", { type: "button", class: "close", "aria-label": setup.words.close }, "×");
  const content = make("div", { class: "content" });
  const box = make("div", { id: "popover", class: "popover", role: "dialog", tabindex: "-1" }, close, content);
  box.hidden = true;
  document.body.append(box);

  let shown = null; // { owner, rect, label, fill, onHide } of what is shown
  let pinned = false;
  let walked = false; // whether the keyboard led to what is shown: it may then move to stay in sight
  let timer = 0;

  const place = () => {
    if (!shown) return;
    box.classList.toggle("sheet", narrow.matches);
    box.style.translate = "";
    const target = shown.rect();
    const size = box.getBoundingClientRect();
    if (narrow.matches) {
      // The sheet covers the foot of the window: what it speaks of moves above it, and all that gets the focus.
      root.style.scrollPaddingBottom = `${size.height + GAP}px`;
      const covered = Math.min(target.bottom + GAP - (innerHeight - size.height), target.top - GAP);
      if ((pinned || walked) && covered > 0) scrollBy({ top: covered, behavior: walked ? "instant" : "auto" });
      return;
    }
    root.style.scrollPaddingBottom = "";
    const below = innerHeight - target.bottom - GAP >= size.height || target.top < size.height + GAP;
    const left = Math.max(GAP, Math.min(target.left, root.clientWidth - size.width - GAP));
    const top = below ? target.bottom + GAP : target.top - size.height - GAP;
    box.style.translate = `${left + scrollX}px ${top + scrollY}px`;
  };

  const hide = ({ back = false } = {}) => {
    clearTimeout(timer);
    if (!shown) return;
    const { owner, onHide } = shown;
    shown = null;
    pinned = walked = false;
    box.hidden = true;
    root.style.scrollPaddingBottom = "";
    owner.setAttribute("aria-expanded", "false");
    onHide?.();
    if (back) focusQuietly(owner);
  };

  const show = (what, { keyboard = false } = {}) => {
    clearTimeout(timer);
    if (shown?.owner === what.owner && shown?.key === what.key) return;
    hide();
    shown = what;
    walked = keyboard;
    box.setAttribute("aria-label", what.label);
    content.replaceChildren(...what.fill());
    content.scrollTop = 0;
    box.hidden = false;
    what.owner.setAttribute("aria-expanded", "true");
    place();
  };

  const open = (what) => {
    show(what);
    pinned = true;
    box.focus({ preventScroll: true });
    place();
  };

  const preview = (what) => {
    if (pinned) return;
    clearTimeout(timer);
    timer = setTimeout(show, OPEN_AFTER, what);
  };

  const leave = () => {
    clearTimeout(timer);
    if (!pinned) timer = setTimeout(hide, CLOSE_AFTER);
  };

  // Focus that the page gives, not the reader, opens nothing.
  let quiet = false;
  const focusQuietly = (element) => {
    quiet = true;
    element.focus({ preventScroll: true });
    quiet = false;
  };

  // An address may hold a % that stands for nothing.
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };

  const walk = (event) => {
    const inside = [...box.querySelectorAll("a[href], button")];
    const at = document.activeElement;
    const { owner } = shown;
    if (event.shiftKey && (at === box || at === inside[0])) {
      event.preventDefault();
      hide({ back: true });
    } else if (!event.shiftKey && at === inside.at(-1)) {
      // The browser goes on from the owner to what follows it.
      focusQuietly(owner);
      hide();
    }
  };

  close.addEventListener("click", () => hide({ back: true }));
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", leave);
  box.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !box.contains(relatedTarget) && relatedTarget !== shown?.owner) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (!shown) return;
    if (event.key === "Escape") hide({ back: box.contains(document.activeElement) });
    else if (event.key === "Tab" && box.contains(document.activeElement)) walk(event);
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (shown && !box.contains(target) && !shown.owner.contains(target)) hide();
  });
  addEventListener("resize", place);
  // A scroll that has come to rest may have left more room on the other side.
  addEventListener("scrollend", () => box.matches(":hover") || place());

  return { setup, make, show, open, preview, leave, hide, focusQuietly, isQuiet: () => quiet, decoded };
})();
