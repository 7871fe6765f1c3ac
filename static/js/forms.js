// Small helps in forms and lists: dependent fields, output of sliders, copying, selection, badge.
"use strict";

(() => {
  const { find, findAll, toast, announce } = window.Beacon;

  // data-show-for="field:value other-value" shows the block while the field has one of the values.
  // A hidden block's fields are disabled, so that they are not sent.
  function updateDependents(form) {
    for (const block of findAll("[data-show-for]", form)) {
      const [name, values] = block.dataset.showFor.split(":");
      const shown = values.split(" ").includes(new FormData(form).get(name) ?? "");
      block.hidden = !shown;
      for (const field of findAll("input, select, textarea", block)) field.disabled = !shown;
    }
  }

  const updateAllForms = () => findAll("form:has([data-show-for])").forEach(updateDependents);

  document.addEventListener("change", ({ target }) => {
    if (target.form && find("[data-show-for]", target.form)) updateDependents(target.form);
    if (target.form?.matches("[data-autosubmit]")) target.form.requestSubmit();
    if (target.matches("[data-select-all]")) selectAll(target);
    if (target.matches("[data-select], [data-select-all]")) updateSelection(target);
  });

  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-output]")) return;
    const output = document.getElementById(target.dataset.output);
    if (output) output.textContent = target.value;
  });

  // Selection in lists ---------------------------------------------------------------------

  function selectAll(box) {
    for (const item of findAll("[data-select]", box.closest("[data-list]"))) {
      item.checked = box.checked;
    }
  }

  function updateSelection(box) {
    const list = box.closest("[data-list]");
    if (!list) return;
    const boxes = findAll("[data-select]", list);
    const count = boxes.filter((item) => item.checked).length;
    for (const place of findAll("[data-selected-count]", list)) place.textContent = count;
    for (const all of findAll("[data-select-all]", list)) {
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    announce(`${count} selected`);
  }

  // Copying, showing a password, dismissing ------------------------------------------------

  async function copy(control) {
    const source = control.dataset.copyFrom;
    const text = source ? document.getElementById(source).textContent : control.dataset.copy;
    try {
      await navigator.clipboard.writeText(text.trim());
      toast({ text: "Copied." });
    } catch {
      toast({ text: "Your browser did not allow copying. Select the text instead.", kind: "error" });
    }
  }

  function reveal(control) {
    const field = document.getElementById(control.dataset.reveal);
    const shows = field.type === "password";
    field.type = shows ? "text" : "password";
    control.setAttribute("aria-pressed", String(shows));
  }

  document.addEventListener("click", ({ target }) => {
    const copier = target.closest("[data-copy], [data-copy-from]");
    if (copier) copy(copier);
    const revealer = target.closest("[data-reveal]");
    if (revealer) reveal(revealer);
    target.closest("[data-dismiss]")?.closest(".banner, .toast")?.remove();
  });

  // A button must not be pressed twice while its form is being sent.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("[data-once]")) return;
    setTimeout(() => {
      for (const item of findAll("button", event.target)) item.disabled = true;
    });
  });

  // Unread badge: in the page's title and icon ---------------------------------------------

  function showUnread() {
    const badge = find("[data-unread]");
    const count = Number(badge?.dataset.unread ?? 0);
    const title = document.title.replace(/^\(\d+\+?\) /, "");
    document.title = count > 0 ? `(${count > 99 ? "99+" : count}) ${title}` : title;
    const favicon = find('link[rel="icon"]');
    if (favicon?.dataset.plain) {
      favicon.href = count > 0 ? favicon.dataset.dotted : favicon.dataset.plain;
    }
  }

  const refresh = () => {
    updateAllForms();
    showUnread();
  };

  document.addEventListener("DOMContentLoaded", refresh);
  document.addEventListener("htmx:after:swap", refresh);
  // A page from the browser's memory keeps disabled buttons otherwise.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const item of findAll("form[data-once] button")) item.disabled = false;
  });
})();
