// A page that is opened from the disk may start no worker: what the search would run in one runs in a hidden
// frame of the page. Material for MkDocs finds it by the name IFrameWorker.
"use strict";
window.IFrameWorker = class extends EventTarget {
  constructor(url) {
    super();
    const frame = document.createElement("iframe");
    frame.hidden = true;
    document.body.append(frame);
    const inner = frame.contentWindow;
    window.addEventListener("message", (event) => {
      if (event.source === inner) this.dispatchEvent(new MessageEvent("message", { data: event.data }));
    });
    const setup = () => {
      window.postMessage = (data) => parent.postMessage(data, "*");
      window.importScripts = (...urls) =>
        urls.reduce(
          (before, src) =>
            before.then(
              () =>
                new Promise((resolve, reject) =>
                  document.body.append(
                    Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject }),
                  ),
                ),
            ),
          Promise.resolve(),
        );
    };
    inner.document.open();
    inner.document.write(`<body><script>(${setup})()</` + `script><script src="${url}"></` + `script></body>`);
    inner.document.close();
    this.ready = new Promise((resolve) => inner.addEventListener("load", resolve));
    this.inner = inner;
  }

  postMessage(data) {
    this.ready.then(() => this.inner.dispatchEvent(new MessageEvent("message", { data })));
  }
};
if (location.protocol === "file:") window.Worker = window.IFrameWorker;
