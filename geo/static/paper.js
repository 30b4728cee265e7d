// Printing: the map is laid out anew for the page, and for the screen again afterwards.
const claimsPaper = (map, fit, fitPaper) => {
  const container = map.getContainer();
  const print = window.matchMedia("print");
  let view = null;

  function lay() {
    view ??= [map.getCenter(), map.getZoom()];
    map.closePopup();
    map.invalidateSize({ animate: false, pan: false });
    fitPaper();
  }

  function restore() {
    container.classList.remove("claims-paper", "claims-standing");
    container.style.removeProperty("--bar");
    map.invalidateSize({ animate: false, pan: false });
    if (view) map.setView(...view, { animate: false });
    view = null;
  }

  // some browsers copy the page before they know the paper: a square fits it lying or standing
  window.addEventListener("beforeprint", () => {
    container.classList.add("claims-paper");
    lay();
  });
  // others lay the page out first: then the paper's own size is known
  print.addEventListener("change", ({ matches }) => {
    if (!matches) {
      restore();
      return;
    }
    container.classList.remove("claims-paper");
    lay();
  });
  window.addEventListener("afterprint", restore);

  // a map that opens hidden, as in a folded cell, has no size yet
  let hidden = container.clientWidth === 0 || container.clientHeight === 0;
  new ResizeObserver(() => {
    if (print.matches || view) return;
    map.invalidateSize({ animate: false, pan: false });
    if (hidden && container.clientWidth && container.clientHeight) {
      hidden = false;
      fit();
    }
  }).observe(container);
};
