// Draws every chart of the page with the Plotly script that is in the page or beside it, and keeps the charts
// in the page's own colours: light, dark, and light again on paper. A point shows what its figures are by mouse,
// by touch, and by the arrow keys.
"use strict";
(async () => {
  const { setup, make, preview, open, show, leave, figures: rowsOf, isQuiet, stem, text, save, nameOf } = window.antq;
  const root = document.documentElement;
  const charts = [...document.querySelectorAll("figure.chart:has(> .plot)")];
  if (!charts.length) return;
  const status = make("p", { role: "status", class: "unseen" });
  const hint = make("p", { id: "chart-hint", hidden: "" }, setup.words.chartHint);
  const probe = make("span", { class: "probe", hidden: "" });
  document.body.append(status, hint, probe);

  const fail = (chart, words) => {
    chart.querySelector(".plot").replaceWith(make("p", { class: "notice", role: "alert" }, words));
    chart.querySelectorAll("details").forEach((fold) => (fold.open = true));
  };

  const unpacked = async (id) => {
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };

  const prepare = async () => {
    if (!window.Plotly) document.head.append(make("script", {}, await unpacked("plotly")));
    window.Plotly.register({ moduleType: "locale", ...setup.locale });
    return JSON.parse(await unpacked("charts"));
  };

  // Plotly knows no system colours, which a reader may have chosen: the browser says what they are.
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };

  // Whatever template a figure brings, its ink, its lines and its grounds become those of the page.
  const recoloured = (part, paint) => {
    if (Array.isArray(part)) return part.map((each) => recoloured(each, paint));
    if (typeof part !== "object" || part === null) return part;
    const painted = ([name, value]) => [name, name in paint && typeof value !== "object" ? paint[name] : recoloured(value, /font$|^error_/.test(name) ? { ...paint, color: paint.ink } : paint)];
    return Object.fromEntries(Object.entries(part).map(painted));
  };

  // The template is where a figure inherits from: what a notebook set on purpose stays.
  const dressed = (template = {}) => {
    const [ink, line, strong, surface, clear] = [...["ink", "line", "line-strong", "surface"].map(colour), "rgba(0,0,0,0)"];
    const axis = { gridcolor: line, zerolinecolor: strong, linecolor: strong, tickcolor: strong };
    const paint = { ...axis, ink, bgcolor: clear, paper_bgcolor: clear, plot_bgcolor: clear, arrowcolor: strong, bordercolor: strong, outlinecolor: strong };
    const { data, layout = {} } = recoloured(template, paint);
    const font = { ...layout.font, color: ink, family: getComputedStyle(root).getPropertyValue("--font").trim() };
    return {
      data,
      layout: {
        ...layout,
        font,
        paper_bgcolor: clear,
        plot_bgcolor: clear,
        xaxis: { ...layout.xaxis, ...axis },
        yaxis: { ...layout.yaxis, ...axis },
        hoverlabel: { ...layout.hoverlabel, bgcolor: surface, bordercolor: strong, font: { color: ink, family: font.family } },
      },
    };
  };

  // A notebook's own charts may carry anything here; only two texts a point are the page's.
  const pairsOf = ({ customdata }) => {
    const ours = Array.isArray(customdata) && customdata.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"));
    return ours ? customdata : [];
  };

  // A ground of its own would not go with the ink of the page.
  const bare = { paper_bgcolor: undefined, plot_bgcolor: undefined };

  const told = (trace) => (pairsOf(trace).length ? { ...trace, hovertemplate: null, hoverinfo: "none" } : trace);

  const pictures = [];
  const draw = async (chart, { data, layout, config }) => {
    const frame = chart.querySelector(".plot");
    const plot = make("div", { "aria-hidden": "true" });
    plot.template = layout.template;
    frame.append(plot);
    await window.Plotly.newPlot(
      plot,
      data.map(told),
      { ...layout, ...bare, width: undefined, autosize: true, template: dressed(layout.template) },
      { ...config, responsive: true, displayModeBar: false, locale: setup.locale.name, plotlyServerURL: "" },
    );
    if (data.some((trace) => pairsOf(trace).length)) explore(frame, plot);
    offerPicture({ chart, data, layout });
    return plot;
  };

  // On paper a chart is drawn smaller, one that is longer than a sheet as far as its words stay readable (7 pt),
  // and beyond that closer: it would be cut.
  const USUAL = 0.72;
  const SHEET = 780;
  const LEAST = (7 / 72) * 96;
  const fit = (plot) => {
    const frame = plot.parentElement;
    const { height } = frame.dataset;
    const isPaper = root.classList.contains("paper");
    const sizes = [...plot.querySelectorAll("svg text")].map((text) => parseFloat(getComputedStyle(text).fontSize));
    const share = isPaper ? Math.min(1, Math.max(Math.min(USUAL, SHEET / height), LEAST / Math.min(...sizes))) : 1;
    frame.style.zoom = share < 1 ? share : "";
    return Math.round(isPaper ? Math.min(height, SHEET / share) : height);
  };

  const redress = (plots) => plots.map((plot) => window.Plotly.relayout(plot, { template: dressed(plot.template), height: fit(plot), autosize: true }));

  // Points that stand for the same figures and say the same are one stop, in reading order.
  const stops = (plot) => {
    const found = new Map();
    plot.data.forEach((trace, curve) =>
      pairsOf(trace).forEach(([ids, words], number) => {
        const key = `${ids}\n${words}`;
        const at = found.has(key) ? null : position(plot, curve, number);
        if (at) found.set(key, { key, ids, words, curve, number, ...at });
      }),
    );
    return [...found.values()].sort((a, b) => (Math.abs(a.y - b.y) > 6 ? a.y - b.y : a.x - b.x));
  };

  // Where a point is drawn, in pixels of its plot: a dot is round, a bar as long and thick as it is.
  const DOT = 18;
  const position = (plot, curve, number) => {
    const { xaxis, yaxis, orientation } = plot._fullData[curve];
    const { x, y, b: base, w: thick } = plot.calcdata[curve][number];
    const [across, down] = [xaxis, yaxis].map((name) => plot._fullLayout[name.replace(/^[xy]/, "$&axis")]);
    const left = across._offset + across.c2p(x);
    const top = down._offset + down.c2p(y);
    if (!Number.isFinite(left) || !Number.isFinite(top)) return null;
    if (base === undefined || orientation !== "h") return { x: left, y: top, width: DOT, height: DOT };
    const start = across._offset + across.c2p(base);
    const height = Math.abs(down.c2p(thick) - down.c2p(0)) || DOT;
    return { x: (left + start) / 2, y: top, width: Math.abs(left - start), height };
  };

  const explore = (frame, plot) => {
    const ring = make("div", { class: "ring", hidden: "" });
    let walked = -1;
    frame.append(ring);
    frame.tabIndex = 0;
    Object.entries({ role: "application", "aria-roledescription": setup.words.chartRole, "aria-describedby": `${frame.getAttribute("aria-describedby") ?? ""} chart-hint`.trim(), "aria-haspopup": "dialog", "aria-expanded": "false" }).forEach(
      ([name, value]) => frame.setAttribute(name, value),
    );

    const about = ({ key, ids, words, curve, number, pointer }) => ({
      owner: frame,
      key,
      rect: () => {
        const { x, y, width, height } = position(plot, curve, number);
        Object.assign(ring.style, { width: `${width}px`, height: `${height}px`, translate: `${x - width / 2}px ${y - height / 2}px` });
        ring.hidden = false;
        const { left, right, top, bottom } = ring.getBoundingClientRect();
        // Along a bar the window opens where the pointer is.
        return { left: Math.max(left, Math.min(right, pointer ?? left) - DOT), top, bottom };
      },
      onHide: () => (ring.hidden = true),
      label: setup.words.pointDialog,
      fill: () => [make("div", { class: "point" }, ...words.split("\n").map((line) => make("p", {}, line))), ...rowsOf(ids.split(" "))],
    });
    const hovered = ({ points: [{ curveNumber: curve, pointNumber: number }], event }, then) => {
      const [ids, words] = pairsOf(plot.data[curve])[number] ?? [];
      if (words) then(about({ key: `${ids}\n${words}`, ids, words, curve, number, pointer: event?.clientX }));
    };

    plot.on("plotly_hover", (event) => hovered(event, preview));
    plot.on("plotly_unhover", leave);
    plot.on("plotly_click", (event) => hovered(event, open));

    const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    const walk = (by) => {
      const all = stops(plot);
      walked = Math.max(0, Math.min(all.length - 1, walked < 0 && by < 0 ? 0 : walked + by));
      show(about(all[walked]), { keyboard: true });
      ring.scrollIntoView({ block: "nearest" });
      const count = setup.words.pointOf.replace("{number}", walked + 1).replace("{count}", all.length);
      status.textContent = `${all[walked].words.replaceAll("\n", ". ")}. ${count}`;
    };
    frame.addEventListener("keydown", (event) => {
      if (event.target !== frame) return;
      if (event.key in moves) walk(moves[event.key]);
      else if (event.key === "Enter" && walked >= 0) open(about(stops(plot)[walked]));
      else return;
      event.preventDefault();
    });
    frame.addEventListener("blur", ({ relatedTarget }) => relatedTarget?.closest(".popover") || leave());
    frame.addEventListener("focus", () => isQuiet() || (walked = -1));
  };

  // A picture goes onto slides, alone: always in the light colours of paper, as wide as it is shown on a desk,
  // with its heading, the title of the page, which names the province, its finding, its sources and the day in it.
  const heading = (chart) => {
    const found = [...document.querySelectorAll("main :is(h2, h3)")].findLast((each) => each.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING);
    return found ? text(found) : "";
  };
  const WIDTH = 960;
  const EDGE = 24;
  const picture = async ({ chart, data, layout }) => {
    const height = chart.querySelector(".plot").offsetHeight;
    const light = { ...layout, ...bare, width: WIDTH, height, autosize: false, template: inLight(() => dressed(layout.template)) };
    const drawn = new Image();
    drawn.src = await window.Plotly.toImage({ data, layout: light, config: { locale: setup.locale.name } }, { format: "png", scale: 2, width: WIDTH, height });
    await drawn.decode();
    const sources = new Set(data.flatMap(pairsOf).flatMap(([ids]) => ids.split(" ")).map((id) => document.getElementById(`obs-${id}`)?.closest(".source")?.querySelector("h3")).filter(Boolean));
    const from = [...sources].map(text).join("; ") || text(document.querySelector(".project"));
    const paper = make("canvas", { width: 2 * WIDTH });
    const pen = paper.getContext("2d");
    const family = getComputedStyle(root).getPropertyValue("--font");
    const wrapped = (words, font) => {
      pen.font = `${font} ${family}`;
      return words.split(" ").reduce((lines, word) => {
        const longer = `${lines.at(-1)} ${word}`.trim();
        const fits = pen.measureText(longer).width <= WIDTH - 2 * EDGE;
        return fits ? [...lines.slice(0, -1), longer] : [...lines, word];
      }, [""]).map((line) => [font, line]);
    };
    const above = [...wrapped(heading(chart), "600 20px"), ...wrapped(text(document.querySelector("h1")), "15px")].filter(([, line]) => line);
    const finding = chart.querySelector(".finding");
    const below = [...wrapped(finding ? text(finding) : "", "15px"), ...wrapped(setup.words.pngSource.replace("{sources}", from).replace("{date}", setup.made), "13px")].filter(([, line]) => line);
    const LINE = 26;
    paper.height = 2 * (2 * EDGE + (above.length + below.length) * LINE + height);
    pen.scale(2, 2);
    [pen.fillStyle, pen.textBaseline] = ["#ffffff", "top"];
    pen.fillRect(0, 0, WIDTH, paper.height);
    pen.fillStyle = "#1a2129";
    let top = EDGE;
    const write = ([font, line]) => {
      pen.font = `${font} ${family}`;
      pen.fillText(line, EDGE, top);
      top += LINE;
    };
    above.forEach(write);
    pen.drawImage(drawn, 0, top, WIDTH, height);
    top += height;
    below.forEach(write);
    return paper;
  };

  const offerPicture = (drawn) => {
    const { chart } = drawn;
    pictures.push(drawn);
    const button = make("button", { type: "button", class: "tool" }, setup.words.png);
    const number = charts.indexOf(chart) + 1;
    button.setAttribute("aria-label", `${setup.words.png}: ${chart.querySelector(".plot").getAttribute("aria-label")}`);
    button.addEventListener("click", async () => (await picture(drawn)).toBlob((content) => save(`${nameOf(stem, heading(chart), number)}.png`, [content], "image/png")));
    chart.append(make("p", { class: "tools" }, button));
  };

  const inLight = (read) => {
    const was = root.classList.contains("paper");
    root.classList.add("paper");
    const value = read();
    root.classList.toggle("paper", was);
    return value;
  };

  const plots = [];
  charts.forEach((chart) => {
    const frame = chart.querySelector(".plot");
    frame.style.minHeight = `${frame.dataset.height}px`;
  });
  let figures = [];
  try {
    figures = await prepare();
  } catch (error) {
    console.error(error);
    charts.forEach((chart) => fail(chart, setup.words.cannotDraw));
  }
  for (const [at, figure] of figures.entries()) {
    try {
      plots.push(await draw(charts[at], figure));
    } catch (error) {
      console.error(error);
      fail(charts[at], setup.words.chartFailed);
    }
  }
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", () => redress(plots));
  }
  addEventListener("antq-paper", () => redress(plots));
  window.antq.picture = async (at) => (await picture(pictures[at])).toDataURL("image/png");
  root.dataset.charts = plots.length;
  // A chart that was folded away when it was drawn had no width.
  document.querySelectorAll("main details").forEach((fold) => fold.addEventListener("toggle", () => {
    if (fold.open) plots.filter((plot) => fold.contains(plot)).forEach((plot) => window.Plotly.Plots.resize(plot));
  }));
})();
