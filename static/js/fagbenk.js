/* On every page: hide the screen, forget on the way out, and a button that is pressed once. */
"use strict";

(function () {
  const PREFIX = "fagbenk:";

  /* What a page keeps until the server has stored it (player.js) goes when its owner says "not me", and when another
     person has signed in; an expired session alone forgets nothing. */
  function forget(except) {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX) && !(except && key.startsWith(except))) sessionStorage.removeItem(key);
    }
  }
  const learner = document.body.dataset.learner;
  if (learner) forget(`${PREFIX}${learner}:`);
  for (const form of document.querySelectorAll("form[data-forget]")) form.addEventListener("submit", () => forget(""));

  /* A second press of the same button sends nothing; a page fetched again from the back button starts anew. */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", function () {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });

  const cover = document.getElementById("cover");
  if (!cover || !cover.showModal) return;
  const title = document.title;
  let before = null;
  function toggle() {
    if (cover.open) {
      cover.close();
      return;
    }
    before = document.activeElement;
    document.title = "Fagbenk";
    document.documentElement.classList.add("covered");
    cover.showModal();
  }
  cover.addEventListener("close", function () {
    document.title = title;
    document.documentElement.classList.remove("covered");
    if (before) before.focus();
  });
  for (const button of document.querySelectorAll("[data-cover]")) {
    button.hidden = false;
    button.addEventListener("click", toggle);
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "F9") {
      event.preventDefault();
      toggle();
    }
  });
})();
