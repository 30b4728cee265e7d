// finds places, zones and lines by any of their names; NAMES is in names.js
"use strict";

{
    const MOST = 30;
    const form = document.getElementById("search");
    const wanted = document.getElementById("wanted");
    const found = document.getElementById("found");
    const count = document.getElementById("count");

    // letters alone: without case, accents, vowel points, hyphens, or the letters that Arabic spellings exchange
    const plain = (text) =>
        text
            .normalize("NFKD")
            .replace(/[\p{M}'’ʿʾ`-]/gu, "")
            .replace(/[أإآ]/g, "ا")
            .replace(/ة/g, "ه")
            .replace(/ى/g, "ي")
            .toLowerCase()
            .trim();
    const known = NAMES.map(([page, ...names]) => ({ page, names, plain: names.map(plain) }));

    const named = (asked) => {
        const rank = (entry) => Math.min(...entry.plain.map((name) => (name === asked ? 0 : name.startsWith(asked) ? 1 : 2)));
        return known
            .filter((entry) => entry.plain.some((name) => name.includes(asked)))
            .sort((one, other) => rank(one) - rank(other));
    };

    const show = () => {
        const asked = plain(wanted.value);
        const bare = asked.replace(/^(al|el|ال) ?/, "");
        // names differ in whether they have the article
        const hits = asked ? [named(asked), named(bare || asked)].find((some) => some.length) || [] : [];
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
        const number = hits.length > MOST ? `${MOST} / ${hits.length}` : String(hits.length);
        count.textContent = !asked ? "" : hits.length ? count.dataset.found.replace("{}", number) : count.dataset.none;
    };

    form.hidden = false;
    wanted.addEventListener("input", show);
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        found.querySelector("a")?.click();
    });
}
