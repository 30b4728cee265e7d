// Printing: the map is laid out for the page, and afterwards for the screen again.
const claimsPaper = ({ map, room, begin: clear, resized }) => {
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
    view ??= [map.getCenter(), map.getZoom(), room.isFollowing()];
    map.closePopup();
    clear();
    room.unfold(true);
  }

  function restore() {
    container.classList.remove("claims-laid", "claims-standing");
    room.unfold(false);
    resize();
    if (view) {
      const [centre, zoom, wasFollowing] = view;
      room.settle();
      if (wasFollowing) room.fit();
      else map.setView(centre, zoom, { animate: false });
    }
    view = null;
    screenWidth = null;
  }

  window.addEventListener("beforeprint", () => {
    screenWidth = container.clientWidth;
    begin();
    room.fit();
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
    // on portrait paper the legend is below the ground, on landscape paper beside it
    container.classList.toggle("claims-standing", container.clientHeight > container.clientWidth);
    resize();
    room.settle();
    room.fit();
  });
  window.addEventListener("afterprint", restore);

  // a map that opens hidden, as in a folded cell, has no size yet
  new ResizeObserver(() => {
    if (print.matches || view || !container.clientWidth || !container.clientHeight) return;
    keepScale();
    resize();
    resized();
  }).observe(container);
};
