// Draws every chart of the page with the Plotly script that the page carries, and keeps the charts
// in the page's own colours: light, dark, and light again on paper.
"use strict";
(async () => {
  const root = document.documentElement;
  const figures = [...document.querySelectorAll("figure.chart")];
  const setup = JSON.parse(document.getElementById("chart-setup").textContent);

  const say = (figure, text) => {
    const message = document.createElement("p");
    message.className = "notice";
    message.setAttribute("role", "alert");
    message.textContent = text;
    figure.replaceChildren(message);
    figure.style.minHeight = 0;
  };

  const unpack = async () => {
    const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    window.Plotly.register({ moduleType: "locale", ...setup.locale });
  };

  // The template is where a figure inherits from: what a notebook set on purpose stays.
  const dressed = (template = {}) => {
    const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
    const axis = { gridcolor: colour("line"), zerolinecolor: colour("line-strong"), linecolor: colour("line-strong"), tickcolor: colour("line-strong") };
    const layout = template.layout ?? {};
    return {
      ...template,
      layout: {
        ...layout,
        font: { ...layout.font, color: colour("ink"), family: colour("font") },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        xaxis: { ...layout.xaxis, ...axis },
        yaxis: { ...layout.yaxis, ...axis },
        hoverlabel: { ...layout.hoverlabel, bgcolor: colour("surface"), bordercolor: colour("line-strong"), font: { color: colour("ink"), family: colour("font") } },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("muted"), activecolor: colour("ink") },
      },
    };
  };

  const draw = async (figure) => {
    const { data, layout, config } = JSON.parse(figure.querySelector(".chart-data").textContent);
    const plot = document.createElement("div");
    plot.template = layout.template;
    figure.append(plot);
    await window.Plotly.newPlot(
      plot,
      data,
      { ...layout, width: undefined, autosize: true, template: dressed(layout.template) },
      { ...config, responsive: true, displaylogo: false, locale: setup.locale.name, plotlyServerURL: "" },
    );
    return plot;
  };

  const redress = (plots) => plots.map((plot) => window.Plotly.relayout(plot, { template: dressed(plot.template), autosize: true }));

  // Paper is light and narrow: the charts take both before the browser takes their picture.
  const followMedia = (plots) => {
    const paper = (on) => {
      root.classList.toggle("paper", on);
      redress(plots);
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redress(plots));
    matchMedia("print").addEventListener("change", (event) => paper(event.matches));
    addEventListener("beforeprint", () => paper(true));
    addEventListener("afterprint", () => paper(false));
    if (matchMedia("print").matches) paper(true);
  };

  const plots = [];
  try {
    await unpack();
  } catch (error) {
    console.error(error);
    figures.forEach((figure) => say(figure, setup.cannot_draw));
  }
  for (const figure of window.Plotly ? figures : []) {
    try {
      plots.push(await draw(figure));
    } catch (error) {
      console.error(error);
      say(figure, setup.chart_failed);
    }
  }
  followMedia(plots);
  root.dataset.charts = plots.length;
})();
