// Starts what Wagtail's fields start by a script of their own in the page: the admin's security policy lets none run
// (cms.admin_policy). The element says what is started, about which field, and with which options.
(function () {
  "use strict";
  const STARTS = /^(init(Date|Time|DateTime)Chooser|InlinePanel|MultipleChooserPanel|createTaskChooser|[A-Z][A-Za-z]*Chooser)$/;

  class Start extends HTMLElement {
    connectedCallback() {
      if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", () => this.start(), { once: true });
      } else {
        this.start();
      }
    }

    start() {
      const name = this.getAttribute("name");
      if (this.started || !this.isConnected || !STARTS.test(name) || typeof window[name] !== "function") {
        return;
      }
      this.started = true;
      const said = [this.getAttribute("about"), JSON.parse(this.getAttribute("with"))].filter((one) => one !== null);
      if (/^init(Date|Time|DateTime)Chooser$/.test(name)) {
        // What is typed stands as it was typed, and the server reads it: where the calendar does not know a way of writing
        // a date, it would put another date there, unsaid.
        said[1] = { ...said[1], validateOnBlur: false };
        const field = document.getElementById(said[0]);
        const hide = () => document.activeElement !== field && window.jQuery(field).datetimepicker("hide");
        field?.addEventListener("blur", () => [0, 200].forEach((wait) => setTimeout(hide, wait))); // it opens with a delay
      }
      if (/^(init|create)/.test(name)) {
        window[name](...said);
      } else {
        new window[name](...said);
      }
    }
  }

  customElements.define("fb-start", Start);

  // A block that is moved or deleted takes the focus with it, to nowhere: who works by keyboard begins at the top of the
  // page again. It stays on the arrow that was pressed, or on what may still be pressed beside it.
  const MOVES = "[data-streamfield-action='MOVE_UP'], [data-streamfield-action='MOVE_DOWN']";
  const CHILD = "[data-streamfield-child], [data-contentpath]";

  function nextTo(child) {
    const all = [...document.querySelectorAll("[data-streamfield-child]")].filter(
      (one) => !child.contains(one) && one.offsetParent !== null, // a deleted block stays in the form, out of sight
    );
    const after = all.find((one) => child.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    const left = after ?? all.at(-1);
    const adds = [...document.querySelectorAll(".c-sf-add-button")].filter((one) => !child.contains(one));
    return left ? left.querySelector("button:not([disabled])") : adds.findLast((one) => one.offsetParent !== null);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-streamfield-action]");
    if (!button) {
      return;
    }
    const child = button.closest(CHILD);
    const instead = button.matches("[data-streamfield-action='DELETE']") && child ? nextTo(child) : null;
    setTimeout(() => {
      if (instead) {
        instead.focus(); // at once: the block slides away, and lets go of the focus only then
        return;
      }
      if (document.activeElement !== document.body) {
        return;
      }
      const beside = [button, ...(button.parentElement?.querySelectorAll(MOVES) ?? [])];
      (button.matches(MOVES) ? beside.find((one) => !one.disabled) : null)?.focus();
    }, 0);
  }, true); // before Wagtail's own listener, which lets the click go no further

  // The same for the lines of a list beside the blocks.
  document.addEventListener("click", (event) => {
    const line = event.target.closest("button[id$='-DELETE-button']")?.closest("[data-inline-panel-child]");
    if (!line) {
      return;
    }
    const left = [...line.parentElement.children].filter((one) => one !== line && one.offsetParent !== null);
    const after = left.find((one) => line.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) ?? left.at(-1);
    const add = document.getElementById(line.parentElement.id.replace(/-FORMS$/, "-ADD"));
    setTimeout(() => (after?.querySelector("button[id$='-DELETE-button']") ?? add)?.focus(), 0);
  }, true);

  // The window of a chooser: when it comes back with a fault, or closes with a choice made, Wagtail lets the focus fall to
  // nowhere: the button that opened it is gone, and Escape closes nothing that has no focus.
  let chooser = null;
  document.addEventListener("click", (event) => {
    const choose = event.target.closest("[data-chooser-action-choose]");
    chooser = choose ? choose.closest(".chooser") ?? chooser : chooser;
  }, true);

  const lost = () => document.activeElement === document.body || document.activeElement === null;
  const FAULTY = ".w-field--error input:not([type=hidden]), [aria-invalid='true']";

  function keepFocus(modal) {
    const back = () => {
      if ((lost() || document.activeElement === modal) && modal.isConnected) {
        modal.tabIndex = -1;
        [...modal.querySelectorAll(FAULTY), modal].find((one) => one.focus() || document.activeElement === one);
      }
    };
    // What comes back is put in before it is shown, and what is not shown takes no focus.
    new MutationObserver(() => [0, 300].forEach((wait) => setTimeout(back, wait))).observe(modal, { childList: true, subtree: true });
    back();
  }

  document.addEventListener("DOMContentLoaded", () => {
    window.jQuery?.(document).on("shown.bs.modal", (event) => keepFocus(event.target));
    window.jQuery?.(document).on("hidden.bs.modal", (event) => {
      const opened = chooser;
      chooser = null;
      // What is chosen may be put in a moment later, and what is hidden keeps the focus until the next picture.
      [0, 300].forEach((wait) => setTimeout(() => {
        const shown = [...(opened?.querySelectorAll("button, a") ?? [])].find((one) => one.offsetParent !== null);
        if ((lost() || event.target.contains(document.activeElement)) && !document.body.classList.contains("modal-open")) {
          shown?.focus();
        }
      }, wait));
    });
  });

  // Without a network the browser would put its own page in the place of the form, and what was written would be gone.
  const offline = document.currentScript?.dataset.offline;
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.target.method !== "post") {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    window.alert(offline);
    setTimeout(() => {
      if (event.submitter) {
        event.submitter.dataset.wProgressLoadingValue = "false"; // it shows that it works
        event.submitter.disabled = false;
      }
    }, 100);
  }, true);

  // Who presses the button while the draft is just being stored by itself would store what is new in it twice: a reply, or
  // the whole new page. The button's turn comes when the other is through, and nothing is stored by itself after it.
  const storing = new WeakSet();
  document.addEventListener("w-autosave:save", (event) => storing.add(event.target));
  for (const end of ["w-autosave:success", "w-autosave:error"]) {
    document.addEventListener(end, (event) => storing.delete(event.target));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-controller~='w-autosave']")) {
      return;
    }
    form.dataset.wAutosaveActiveValue = "false";
    if (!storing.has(form)) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    let sent = false;
    const send = () => setTimeout(() => {
      if (sent) {
        return;
      }
      sent = true;
      storing.delete(form);
      if (button) {
        button.disabled = false; // it shows that it works, and a disabled button is not sent
      }
      form.requestSubmit(button);
    }, 50);
    form.addEventListener("w-autosave:success", send, { once: true });
    form.addEventListener("w-autosave:error", send, { once: true });
    setTimeout(send, 8000);
  }, true);
})();
