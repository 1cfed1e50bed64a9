/* In a lesson or quiz: keep answers until the server has stored them, say so, and remember the place.
   What is kept stands in this tab's session storage under its learner (fagbenk.js removes what is another's). */
"use strict";

(function () {
  const root = document.querySelector("[data-player]");
  if (!root) return;
  const words = document.querySelector("meta[name=fagbenk-words]").dataset;
  const mine = `fagbenk:${document.body.dataset.learner}:`;
  const RETRY = 15000;

  /* --- What a form holds ------------------------------------------------------------------------------------------ */
  const keyOf = (form) => `${mine}${root.dataset.page}:${form.dataset.keep}`;
  const turnOf = (form) => (form.elements.try || form.elements.number).value;
  const kept = (form) => JSON.parse(sessionStorage.getItem(keyOf(form)) || "null");
  const forms = () => root.querySelectorAll("form[data-keep]");

  function keep(form, pending) {
    const fields = [...new FormData(form)].filter(([name]) => !["who", "try", "number"].includes(name));
    sessionStorage.setItem(keyOf(form), JSON.stringify({ turn: turnOf(form), fields, pending }));
  }

  function say(form, text) {
    const line = form.querySelector("[data-unsaved]");
    if (line) {
      line.textContent = text;
      line.hidden = !text;
    }
    const said = document.getElementById("said");
    if (said && text && text !== words.changed) said.textContent = text;
  }

  function fill(form, fields) {
    for (const box of form.querySelectorAll("input[type=radio], input[type=checkbox]")) {
      box.checked = fields.some(([name, value]) => name === box.name && value === box.value);
    }
    for (const [name, value] of fields) {
      const field = form.elements.namedItem(name);
      if (field && (["SELECT", "TEXTAREA"].includes(field.tagName) || field.type === "text")) field.value = value;
    }
  }

  /* An answer that the server has since stored (its turn is past) is not brought back. */
  function restore(form) {
    const held = kept(form);
    if (!held) return;
    if (held.turn !== turnOf(form)) {
      sessionStorage.removeItem(keyOf(form));
      return;
    }
    fill(form, held.fields);
    say(form, held.pending ? words.offline : words.changed);
    if (held.pending) send(form);
  }

  function send(form) {
    if (navigator.onLine) form.requestSubmit();
  }

  function sendPending() {
    for (const form of forms()) {
      const held = kept(form);
      if (held && held.pending) send(form);
    }
  }

  forms().forEach(restore);
  root.addEventListener("input", function (event) {
    const form = event.target.closest("form[data-keep]");
    if (!form) return;
    keep(form, false);
    say(form, words.changed);
    const old = form.parentElement.querySelector(".result");
    if (old) old.hidden = true;
  });

  /* --- A quiz, or going on, is an ordinary form: without contact it does not end on the browser's error page --------- */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    const quiz = form.dataset.keep === "quiz";
    if (!quiz && !form.closest(".finish")) return;
    if (quiz) keep(form, !navigator.onLine);
    if (navigator.onLine) return;
    event.preventDefault();
    say(form, quiz ? words.offline : words.away);
  }, true);

  /* --- A lesson's answer goes through htmx -------------------------------------------------------------------------- */
  const formOf = (event) => event.target.closest && event.target.closest("form[data-keep]");
  root.addEventListener("htmx:beforeRequest", function (event) {
    const form = formOf(event);
    if (!form) return;
    keep(form, true);
    say(form, words.sending);
    form.querySelector("button[type=submit]").setAttribute("aria-disabled", "true");
  });
  function failed(event) {
    const form = formOf(event);
    if (!form) return;
    const refused = event.type === "htmx:responseError" && event.detail.xhr.status < 500;
    keep(form, !refused);
    say(form, refused ? words.refused : words.offline);
    form.querySelector("button[type=submit]").removeAttribute("aria-disabled");
  }
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) root.addEventListener(name, failed);
  root.addEventListener("htmx:beforeSwap", function (event) {
    if (!event.detail.shouldSwap) return;
    const form = event.detail.requestConfig.elt;
    if (form && form.dataset.keep) sessionStorage.removeItem(keyOf(form));
  });
  window.addEventListener("online", sendPending);
  setInterval(sendPending, RETRY);

  /* --- The place ---------------------------------------------------------------------------------------------------- */
  const blocks = [...root.querySelectorAll("[data-block]")];
  if (!blocks.length) return;
  const start = root.dataset.place && document.getElementById(`b-${root.dataset.place}`);
  if (start && !location.hash && start !== blocks[0]) start.scrollIntoView();

  const inSight = new Set();
  let place = root.dataset.place || blocks[0].dataset.block; // the beginning needs no telling
  let sent = place;
  /* The top margin is more than the blocks' scroll margin: the block that one came back to is the place again. */
  const watcher = new IntersectionObserver(look, { rootMargin: "-40px 0px -40% 0px" });
  function look(entries) {
    for (const entry of entries) {
      if (entry.isIntersecting) inSight.add(entry.target);
      else inSight.delete(entry.target);
    }
    const first = blocks.find((block) => inSight.has(block));
    if (first) place = first.dataset.block;
  }
  for (const block of blocks) watcher.observe(block);

  function remember() {
    if (!place || place === sent) return;
    const body = new FormData();
    body.append("place", place);
    body.append("who", root.querySelector("input[name=who]").value);
    if (navigator.sendBeacon(root.dataset.placeUrl, body)) sent = place;
  }
  setInterval(remember, 5000);
  document.addEventListener("visibilitychange", remember);
  window.addEventListener("pagehide", remember);
})();
