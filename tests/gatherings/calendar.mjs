// A calendar made with the npm package ical.js: reads mails' attachments (a JSON list on standard input) in the order in
// which they come and keeps what RFC 5546 says; prints what happened to each, and what stands in the calendar at the end.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

ICAL.design.strict = true;
const calendar = new Map();

// RFC 5546 2.1.5: a higher SEQUENCE wins, and of the same one the later DTSTAMP; 3.2.2: an unknown UID is a new event;
// 3.2.5: CANCEL takes out of the calendar what is in it.
function outcome(method, before, now) {
  if (before && (now.sequence < before.sequence || (now.sequence === before.sequence && now.stamp <= before.stamp))) return "old";
  if (method === "CANCEL") return before ? "taken out" : "unknown";
  return before && !before.gone ? "changed" : "new";
}

function take(text) {
  const root = new ICAL.Component(ICAL.parse(text));
  const zones = root.getAllSubcomponents("vtimezone").map((one) => new ICAL.Timezone(one));
  const method = root.getFirstPropertyValue("method");
  return root.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const inZone = (name) => {
      const property = component.getFirstProperty(name), tzid = property.getParameter("tzid");
      const time = property.getFirstValue().clone();
      if (tzid) time.zone = zones.find((one) => one.tzid === tzid);
      return new Date(time.toUnixTime() * 1000).toISOString();
    };
    const now = {
      sequence: event.sequence,
      stamp: component.getFirstPropertyValue("dtstamp").toUnixTime(),
      gone: method === "CANCEL" || component.getFirstPropertyValue("status") === "CANCELLED",
      summary: event.summary,
      location: event.location,
      starts: inZone("dtstart"),
      ends: inZone("dtend"),
      attendees: event.attendees.map((one) => one.getFirstValue().toLowerCase()),
    };
    const what = outcome(method, calendar.get(event.uid), now);
    if (what !== "old" && what !== "unknown") calendar.set(event.uid, now);
    return what;
  });
}

const happened = JSON.parse(readFileSync(0, "utf8")).map(take);
const stands = [...calendar.values()].filter((one) => !one.gone);
console.log(JSON.stringify({ happened, stands, known: calendar.size }));
