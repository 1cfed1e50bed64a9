/* A campaign's page: say how many people the chosen audience reaches, as it is chosen. */
"use strict";

(function () {
  const NAMES = ["positions", "units", "without", "also", "people_in", "people_out"];

  function start() {
    const line = document.querySelector("[data-reach]");
    if (!line) return;
    const form = line.closest("form");
    let latest = 0;

    async function tell() {
      const asked = ++latest;
      const fields = new FormData(form);
      const query = new URLSearchParams();
      for (const name of [...NAMES, "csrfmiddlewaretoken"]) fields.getAll(name).forEach((value) => query.append(name, value));
      let said = line.dataset.failed;
      try {
        const headers = { "X-Requested-With": "XMLHttpRequest" };
        const answer = await fetch(line.dataset.reach, { method: "POST", body: query, headers });
        const told = await answer.json();
        said = answer.ok ? told.sentence : told.error || said;
      } catch { /* no network: `said` tells */ }
      if (asked === latest) line.textContent = said;
    }

    form.addEventListener("change", (event) => {
      if (NAMES.includes(event.target.name)) tell();
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
