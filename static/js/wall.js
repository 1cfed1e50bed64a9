/* A screen on a wall: asked for again every five minutes. Where nobody answers, what it shows stays and says so. */
"use strict";

(function () {
  const EVERY = 300; // seconds
  const AFTER_AN_ERROR = 60;
  const said = document.getElementById("out-of-touch");

  function in_a_while(seconds) {
    setTimeout(ask, seconds * 1000);
  }

  async function ask() {
    try {
      // Looked at first: a page that cannot be fetched would take this one's place.
      const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" });
      if (answer.ok || answer.type === "opaqueredirect") return location.reload();
    } catch {
      // The network is gone.
    }
    said.hidden = false;
    in_a_while(AFTER_AN_ERROR);
  }

  in_a_while(EVERY);
})();
