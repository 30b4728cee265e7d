// Printing: the map is laid out for the page, and afterwards for the screen again.
const claimsPaper = (map, fit, fitPaper) => {
  const SQUARE = 680; // pixels that fit on a page, lying or standing
  const container = map.getContainer();
  const print = window.matchMedia("print");
  let view = null;
  let screenWidth = null; // while something is printed

  const resize = () => map.invalidateSize({ animate: false, pan: false });

  // Firefox copies the page before it knows the paper: it prints the screen's view, scaled by the style sheet
  function keepScale() {
    const [width, height] = [container.clientWidth, container.clientHeight];
    container.style.setProperty("--screen-width", `${width}px`);
    container.style.setProperty("--screen-height", `${height}px`);
    container.style.setProperty("--screen-scale", Math.min(SQUARE / width, SQUARE / height, 1));
  }

  function begin() {
    view ??= [map.getCenter(), map.getZoom()];
    map.closePopup();
  }

  function restore() {
    container.classList.remove("claims-laid", "claims-standing");
    container.style.removeProperty("--bar");
    resize();
    if (view) map.setView(...view, { animate: false });
    view = null;
    screenWidth = null;
  }

  window.addEventListener("beforeprint", () => {
    screenWidth = container.clientWidth;
    begin();
    fit();
  });
  // Chromium lays the page out first: then the paper's own size is known
  print.addEventListener("change", ({ matches }) => {
    if (!matches) {
      restore();
      return;
    }
    begin();
    container.classList.add("claims-laid");
    if (container.clientWidth === screenWidth) {
      container.classList.remove("claims-laid");
      return;
    }
    resize();
    fitPaper();
  });
  window.addEventListener("afterprint", restore);

  // a map that opens hidden, as in a folded cell, has no size yet
  let hidden = container.clientWidth === 0 || container.clientHeight === 0;
  new ResizeObserver(() => {
    if (print.matches || view || !container.clientWidth || !container.clientHeight) return;
    keepScale();
    resize();
    if (hidden) fit();
    hidden = false;
  }).observe(container);
};
