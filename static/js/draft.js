/* Work handed in: the draft is stored as one writes. What the server does not have yet is kept in this tab's session
   storage under its writer (fagbenk.js removes what is another's), and sent when the network is back. */
"use strict";

(function () {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const text = form.elements.text;
  const revision = form.elements.revision;
  const line = form.querySelector("[data-state]");
  const said = form.dataset;
  const key = `fagbenk:${document.body.dataset.learner}:draft:${location.pathname}`;
  const PAUSE = 1500;
  const RETRY = 15000;
  let stored = text.value; // what the server has, as far as we know
  let sending = false;
  let timer = 0;

  const say = (words) => { if (line.textContent !== words) line.textContent = words; };
  const keep = () => sessionStorage.setItem(key, JSON.stringify({ text: text.value, revision: revision.value }));
  const soon = () => { clearTimeout(timer); timer = setTimeout(send, PAUSE); };

  async function send() {
    clearTimeout(timer);
    if (sending || text.value === stored) return;
    sending = true;
    const sent = text.value;
    const body = new FormData();
    for (const [name, value] of [["who", form.elements.who.value], ["revision", revision.value], ["text", sent], ["do", "autosave"]]) body.append(name, value);
    say(said.saidSaving);
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      take(answer.status, await answer.json(), sent);
    } catch {
      say(said.saidAway);
    }
    sending = false;
    if (text.value !== sent) soon();
  }

  function take(status, answer, sent) {
    if (status === 200) {
      stored = sent;
      revision.value = answer.revision;
      if (text.value === sent) sessionStorage.removeItem(key);
      else keep();
      say(`${said.saidStored} ${answer.at}.`);
    } else if (status === 202) {
      stored = sent; // it lies aside for its writer
      say(answer.signed_in ? said.saidAside : said.saidSignedOut);
    } else {
      say(answer.said || said.saidAway);
    }
  }

  /* What an earlier visit could not send; the server says whether the draft has moved on since. */
  const held = JSON.parse(sessionStorage.getItem(key) || "null");
  if (held && held.text === text.value) sessionStorage.removeItem(key);
  else if (held) {
    text.value = held.text;
    revision.value = held.revision;
    send();
  }

  text.addEventListener("input", function () {
    keep();
    soon();
  });
  window.addEventListener("online", send);
  window.addEventListener("pagehide", function () {
    if (text.value !== stored) keep();
  });
  setInterval(send, RETRY);
  document.addEventListener("submit", function (event) {
    if (event.target !== form) return;
    clearTimeout(timer);
    if (navigator.onLine) return;
    event.preventDefault();
    keep();
    say(said.saidAway);
  }, true);
})();
