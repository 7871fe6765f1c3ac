// Dialogs, confirmation and menus.
"use strict";

(() => {
  const { find, findAll } = window.Beacon;

  // Dialogs: a button with data-dialog="id" opens the dialog of that id.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    if (event.target.closest("[data-confirm-cancel]")) find("#confirm").close();
    // A click on the backdrop lands on the dialog itself.
    if (event.target.matches("dialog[open]") && !event.target.matches("#confirm")) {
      event.target.close();
    }
  });

  // Confirmation: for what Undo cannot bring back. Answers a promise of true or false.
  function confirmed({ text, title, label, phrase }) {
    const dialog = find("#confirm");
    const go = find("[data-confirm-go]", dialog);
    const typed = find("[data-confirm-typed]", dialog);
    const typedField = find("[data-confirm-typed-field]", dialog);
    find("[data-confirm-title]", dialog).textContent = title || "Are you sure?";
    find("[data-confirm-text]", dialog).textContent = text;
    find("[data-confirm-phrase]", dialog).textContent = phrase ?? "";
    go.textContent = label || "Continue";
    typedField.hidden = !phrase;
    typed.value = "";
    typed.oninput = () => {
      go.disabled = Boolean(phrase) && typed.value.trim() !== phrase;
    };
    typed.oninput();
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "go"), { once: true });
    });
  }

  const wording = (element, text) => ({
    text,
    title: element.dataset.confirmTitle,
    label: element.dataset.confirmLabel,
    phrase: element.dataset.confirmPhrase,
  });

  document.addEventListener("htmx:confirm", async (event) => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    event.preventDefault();
    const sure = await confirmed(wording(ctx.sourceElement, ctx.confirm));
    (sure ? issueRequest : dropRequest)();
  });

  // Forms that htmx does not send ask through data-confirm, on the form or on the button.
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      const asking = event.submitter?.closest("[data-confirm]") ?? form.closest("[data-confirm]");
      if (!asking || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      if (!(await confirmed(wording(asking, asking.dataset.confirm)))) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    },
    true,
  );

  // Menus: one at a time, closed by Escape, a click elsewhere or a choice.
  const closeMenus = (except) => {
    for (const menu of findAll("details[data-menu][open]")) {
      if (menu !== except) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => {
    const menu = event.target.closest("details[data-menu]");
    const chose = menu && event.target.closest(".menu-item, .nav");
    closeMenus(chose ? null : menu);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details[data-menu][open]");
    closeMenus(null);
    menu?.querySelector("summary")?.focus();
  });
})();
