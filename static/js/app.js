// The page's own behaviour: requests, toasts, confirmation, theme, loading, focus.
// Everything here only improves pages that work without it. No eval, no inline handlers.
"use strict";

window.Beacon = (() => {
  const TOAST_MS = 6000;
  const UNDO_MS = 10000;
  const LOADING_AFTER_MS = 200;
  const MESSAGES = {
    0: "Beacon cannot be reached. Check your connection and try again.",
    401: "Your session has ended. Sign in again.",
    403: "You may not do this.",
    404: "This no longer exists. Reload the page.",
    409: "This was changed meanwhile. Reload the page.",
    413: "This is too large.",
    429: "Too many tries. Wait a moment and try again.",
    503: "Beacon is busy. Try again in a moment.",
  };

  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
  const csrfToken = () => find('meta[name="csrf-token"]')?.content ?? "";
  const iconsUrl = () => find('meta[name="icons"]')?.content ?? "";

  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const use = document.createElementNS(space, "use");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${iconsUrl()}#${name}`);
    svg.append(use);
    return svg;
  }

  function button(label, onClick, { ghost = true, symbol = "" } = {}) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = ghost ? "btn ghost" : "btn";
    if (symbol) {
      made.classList.add("icon");
      made.setAttribute("aria-label", label);
      made.append(icon(symbol));
    } else {
      made.textContent = label;
    }
    made.addEventListener("click", onClick);
    return made;
  }

  // Toasts -------------------------------------------------------------------------------

  function toast({ text, kind = "ok", undo_url: undoUrl = "", url = "", label = "Open" }) {
    const box = document.createElement("div");
    const words = document.createElement("span");
    box.className = `toast ${kind}`;
    box.dataset.toast = "";
    words.textContent = text;
    box.append(icon(kind === "error" ? "circle-alert" : "circle-check"), words);
    if (url) {
      const link = document.createElement("a");
      link.className = "btn ghost";
      link.href = url;
      link.textContent = label;
      box.append(link);
    }
    if (undoUrl) {
      const undo = button("Undo", () => {
        box.remove();
        post(undoUrl).then(() => document.body.dispatchEvent(new CustomEvent("undone")));
      });
      undo.dataset.undo = "";
      box.append(undo);
    }
    box.append(button("Dismiss", () => box.remove(), { symbol: "x" }));
    find("#toasts").append(box);
    expire(box, undoUrl ? UNDO_MS : TOAST_MS);
    return box;
  }

  // Gone after a while, but never while somebody points at it or is in it.
  function expire(box, milliseconds) {
    let timer;
    const hold = () => clearTimeout(timer);
    const release = () => {
      hold();
      timer = setTimeout(() => box.remove(), milliseconds);
    };
    box.addEventListener("mouseenter", hold);
    box.addEventListener("focusin", hold);
    box.addEventListener("mouseleave", release);
    box.addEventListener("focusout", release);
    release();
  }

  // Through htmx, so that partials, triggers and redirects in the answer are obeyed.
  const post = (url) => htmx.ajax("POST", url, { target: "#toasts", swap: "none" });

  function announce(text) {
    const region = find("#live");
    if (region) region.textContent = text;
  }

  document.addEventListener("toast", (event) => toast(event.detail));

  // Requests -----------------------------------------------------------------------------

  document.addEventListener("htmx:config:request", ({ detail }) => {
    const { request } = detail.ctx;
    if (!/^(GET|HEAD)$/.test(request.method)) request.headers["X-CSRFToken"] = csrfToken();
  });

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    const polls = ctx.sourceElement.closest?.("[data-poll]");
    if (document.hidden && polls) {
      event.preventDefault();
      return;
    }
    const link = ctx.sourceElement.closest?.("a[href]");
    const target = ctx.target;
    // On a phone the detail pane is not there: the link leads to the page of its own.
    if (link && target?.matches?.("[data-pane]") && !target.checkVisibility()) {
      event.preventDefault();
      location.assign(link.href);
    }
  });

  document.addEventListener("htmx:response:error", ({ detail }) => {
    const { status } = detail.ctx.response;
    const explained = detail.ctx.hx?.redirect || detail.ctx.hx?.trigger?.includes("toast");
    if (status === 422 || explained) return;
    if (detail.ctx.sourceElement.closest?.("[data-poll]")) return;
    toast({ text: MESSAGES[status] ?? "That did not work. Try again.", kind: "error" });
  });

  document.addEventListener("htmx:error", ({ detail }) => {
    const polls = detail.ctx?.sourceElement?.closest?.("[data-poll]");
    if (!polls) toast({ text: MESSAGES[0], kind: "error" });
  });

  // Loading: nothing under 200 ms, then a thin bar.
  let pending = 0;
  let loadingTimer;
  const isQuiet = (ctx) => ctx?.sourceElement?.closest?.("[data-poll]");

  document.addEventListener("htmx:before:request", ({ detail, defaultPrevented }) => {
    if (defaultPrevented || isQuiet(detail.ctx)) return;
    detail.ctx.isCounted = true;
    pending += 1;
    clearTimeout(loadingTimer);
    loadingTimer = setTimeout(() => {
      if (pending > 0) document.body.setAttribute("aria-busy", "true");
    }, LOADING_AFTER_MS);
  });

  document.addEventListener("htmx:finally:request", ({ detail }) => {
    if (!detail.ctx.isCounted) return;
    pending = Math.max(0, pending - 1);
    if (pending === 0) document.body.removeAttribute("aria-busy");
  });

  // What a swap brought: words to announce, a bad field to go to.
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const target = detail.ctx?.target;
    const spoken = target?.querySelector?.("[data-announce]") ?? target?.closest?.("[data-announce]");
    if (spoken && !isQuiet(detail.ctx)) announce(spoken.dataset.announce);
    if (detail.ctx?.response?.status === 422) focusFirstError();
    const row = detail.ctx?.sourceElement?.closest?.("[data-row]");
    if (row && target?.matches?.("[data-pane]")) markCurrent(row);
  });

  // The row whose detail stands in the pane.
  function markCurrent(row) {
    for (const other of findAll("[data-row][aria-current]")) other.removeAttribute("aria-current");
    for (const other of findAll("[data-row][data-active]")) other.removeAttribute("data-active");
    row.setAttribute("aria-current", "true");
    row.dataset.active = "";
    const pane = find("[data-pane]");
    if (pane) pane.scrollTop = 0;
  }

  function focusFirstError() {
    const first = find('[aria-invalid="true"]') ?? find(".error-summary a");
    first?.focus();
  }

  // Theme --------------------------------------------------------------------------------

  function isDark() {
    const { theme } = document.documentElement.dataset;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function toggleTheme() {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    const form = find("[data-theme-form]");
    if (!form) return;
    fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", "HX-Request-Type": "partial" },
      body: new URLSearchParams({ theme }),
    }).catch(() => toast({ text: "The theme could not be saved.", kind: "error" }));
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-form]")) return;
    event.preventDefault();
    toggleTheme();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (find('[aria-invalid="true"]')) focusFirstError();
    // Toasts that came with the page leave as those do that came later.
    for (const box of findAll("#toasts [data-toast]")) {
      expire(box, find("[data-undo]", box) ? UNDO_MS : TOAST_MS);
    }
  });

  return { find, findAll, button, icon, toast, announce, toggleTheme, csrfToken };
})();
