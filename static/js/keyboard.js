// Single-key shortcuts. They rest in fields, with modifiers, and where the user turned them off.
"use strict";

(() => {
  const { find, findAll, toggleTheme } = window.Beacon;
  const JUMP_MS = 1500;
  let waitsForJump = 0;
  let lastPicked = null;

  const isOff = () => document.documentElement.dataset.keyboard === "off";
  const rows = () => findAll("[data-row]").filter((row) => row.checkVisibility());
  const rowAt = (element) => element?.closest?.("[data-row]") ?? null;
  const opener = (row) => find("[data-open]", row) ?? find("a[href]", row);

  // The current row is the focused one, else the last one that the keys were on.
  function currentRow() {
    return rowAt(document.activeElement) ?? find("[data-row][data-active]");
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(currentRow());
    const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))];
    for (const row of all) row.removeAttribute("data-active");
    next.dataset.active = "";
    opener(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function pick() {
    const row = currentRow();
    const box = row && find("[data-select]", row);
    box?.click();
    if (box) lastPicked = row;
  }

  function pickRange() {
    const all = rows();
    const ends = [all.indexOf(lastPicked), all.indexOf(currentRow())].sort((a, b) => a - b);
    if (ends[0] < 0) {
      pick();
      return;
    }
    for (const row of all.slice(ends[0], ends[1] + 1)) {
      const box = find("[data-select]", row);
      if (box && !box.checked) box.click();
    }
  }

  // A control with data-key="e" answers to E: first in the current row, then in the open
  // detail, then anywhere else on the page that is not some other row.
  function press(key) {
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    const row = currentRow();
    const inRow = row && find(wanted, row);
    const elsewhere = findAll(wanted).filter((item) => !rowAt(item));
    const inDetail = elsewhere.find((item) => item.closest("[data-pane]"));
    const control = inRow ?? inDetail ?? elsewhere.find((item) => item.checkVisibility());
    if (!control) return false;
    // What was drawn a moment ago may not be htmx's yet: the click would leave the page
    globalThis.htmx?.process(control.closest("form") ?? control);
    control.click();
    return true;
  }

  function jump(key) {
    waitsForJump = 0;
    const link = find(`a[data-jump="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  function focusSearch() {
    const field = findAll("[data-search]").find((item) => item.checkVisibility());
    field?.focus();
    field?.select();
    return Boolean(field);
  }

  const ACTIONS = {
    j: () => move(1),
    k: () => move(-1),
    x: pick,
    X: pickRange,
    t: toggleTheme,
    "?": () => find("#keys")?.showModal(),
    "/": focusSearch,
    g: () => {
      waitsForJump = Date.now() + JUMP_MS;
    },
    z: () => findAll("[data-undo]").at(-1)?.click(),
  };

  function handle(key) {
    if (Date.now() < waitsForJump && jump(key)) return true;
    if (key in ACTIONS) return ACTIONS[key]() !== false;
    return press(key);
  }

  const typesIn = (element) =>
    element.closest?.("input, textarea, select, [contenteditable], dialog[open]") &&
    !element.matches('input[type="checkbox"], input[type="radio"]');

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (event.defaultPrevented || event.isComposing || isOff()) return;
    if (event.ctrlKey || event.metaKey || event.altKey || typesIn(target)) return;
    if (key.length === 1 && key !== " " && handle(key)) event.preventDefault();
  });
})();
