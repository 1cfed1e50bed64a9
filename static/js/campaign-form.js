/* A campaign's page: say how many people the chosen audience reaches, as it is chosen. */
"use strict";

(function () {
  function start() {
    const line = document.querySelector("[data-reach]");
    if (!line) return;
    const boxes = 'input[name="positions"], input[name="units"]';
    let latest = 0;

    async function tell() {
      const asked = ++latest;
      const query = new URLSearchParams();
      document.querySelectorAll(boxes).forEach((box) => box.checked && query.append(box.name, box.value));
      let said = line.dataset.failed;
      try {
        const answer = await fetch(`${line.dataset.reach}?${query}`, { headers: { "X-Requested-With": "XMLHttpRequest" } });
        if (answer.ok) said = (await answer.json()).sentence;
      } catch { /* no network: `said` tells */ }
      if (asked === latest) line.textContent = said;
    }

    line.closest("form").addEventListener("change", (event) => {
      if (event.target.matches(boxes)) tell();
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
