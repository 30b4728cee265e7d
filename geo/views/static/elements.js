// Small tools for elements of the page. Text only ever becomes text nodes.
const claimsElements = (() => {
  const kept = new WeakMap(); // what stands in a parent, by key

  const DATE = /(\d{4}-\d\d(?:-\d\d)?(?:T[\d:.]+)?)/;

  // a date never breaks at its hyphens
  function fill(node, text) {
    if (!DATE.test(text)) {
      node.textContent = text;
      return;
    }
    node.replaceChildren(...String(text).split(DATE).map((part, index) => {
      if (index % 2 === 0) return part;
      const date = document.createElement("span");
      date.className = "claims-date";
      date.textContent = part;
      return date;
    }));
  }

  function element(tag, text, attributes = {}) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) fill(node, text);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  function link(title, address) {
    if (!/^https?:\/\//i.test(address)) return element("span", title);
    return element("a", title, { href: address, rel: "noopener noreferrer", target: "_blank" });
  }

  function write(node, text) {
    if (node.textContent !== text) fill(node, text);
  }

  // make the children of a parent match a list: existing ones are updated in place and keep focus
  function keep(parent, items, keyOf, make, update) {
    if (!kept.has(parent)) kept.set(parent, new Map());
    const known = kept.get(parent);
    const keys = new Set(items.map(keyOf));
    for (const [key, node] of known) {
      if (keys.has(key)) continue;
      node.remove();
      known.delete(key);
    }
    let at = parent.firstChild;
    for (const item of items) {
      const key = keyOf(item);
      if (!known.has(key)) known.set(key, make(item));
      const node = known.get(key);
      if (node === at) at = at.nextSibling;
      else parent.insertBefore(node, at);
      update(node, item);
    }
  }

  return { element, link, write, keep };
})();
