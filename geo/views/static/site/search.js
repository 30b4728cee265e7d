// finds places, zones and lines by any of their names; NAMES is in names.js
"use strict";

{
    const MOST = 30;
    const form = document.getElementById("search");
    const wanted = document.getElementById("wanted");
    const found = document.getElementById("found");
    const count = document.getElementById("count");

    // letters alone: without case, accents, vowel points, hyphens or the Arabic article
    const plain = (text) =>
        text
            .normalize("NFKD")
            .replace(/[\p{M}'’ʿʾ`-]/gu, "")
            .replace(/[أإآ]/g, "ا")
            .toLowerCase()
            .trim();
    const known = NAMES.map(([page, ...names]) => ({ page, names, plain: names.map(plain) }));

    const show = () => {
        const asked = plain(wanted.value);
        const rank = (entry) => Math.min(...entry.plain.map((name) => (name === asked ? 0 : name.startsWith(asked) ? 1 : 2)));
        const hits = asked
            ? known
                  .filter((entry) => entry.plain.some((name) => name.includes(asked)))
                  .sort((one, other) => rank(one) - rank(other))
            : [];
        found.replaceChildren(
            ...hits.slice(0, MOST).map((entry) => {
                const item = document.createElement("li");
                const link = document.createElement("a");
                link.href = form.dataset.root + entry.page;
                link.textContent = [...new Set(entry.names)].join(" · ");
                item.append(link);
                return item;
            }),
        );
        count.textContent = !asked ? "" : hits.length ? String(hits.length) : count.dataset.none;
    };

    form.hidden = false;
    wanted.addEventListener("input", show);
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        found.querySelector("a")?.click();
    });
}
