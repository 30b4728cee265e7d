// The address stores the view, where a page may change it. In a notebook's iframe or a sandbox it may not, and is not used.
const claimsAddress = (() => {
  const WINDOW_MS = 30000; // browsers refuse addresses that change too often
  const MOST = 60;
  const PAUSE_MS = 600;
  let maps = 0; // one map alone on its page owns the address
  let kept = true;
  let written = [];
  let later = null;

  const owned = () => kept && maps === 1;

  function write(text) {
    window.clearTimeout(later);
    if (!owned() || text === window.location.hash) return;
    const now = Date.now();
    written = written.filter((time) => now - time < WINDOW_MS);
    if (written.length >= MOST) {
      later = window.setTimeout(write, PAUSE_MS, text);
      return;
    }
    written.push(now);
    try {
      window.history.replaceState(null, "", text);
    } catch {
      kept = false;
    }
  }

  const read = () => new URLSearchParams(owned() ? window.location.hash.slice(1) : "");

  function open(changed) {
    maps += 1;
    // the page of a frame has no address of its own
    if (window.location.protocol === "about:") kept = false;
    window.addEventListener("hashchange", () => { if (owned()) changed(); });
  }

  return { open, owned, read, write: (values) => write(`#${new URLSearchParams(values)}`) };
})();
