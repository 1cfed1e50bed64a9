// Attaches a file and keeps State and profiles with the npm package @xapi/xapi; prints what came back as JSON.
import { createHash } from "node:crypto";
import XAPI from "@xapi/xapi";

const [endpoint, key, secret, version] = process.argv.slice(2);
const Client = XAPI.default ?? XAPI;
const client = new Client({ endpoint, auth: Client.toBasicAuth(key, secret), version, adapter: "fetch" });
const agent = { objectType: "Agent", account: { homePage: "https://fagbenk.example", name: "kari" } };
const activityId = "https://fagbenk.example/xapi/activities/course/mi";
const text = "arbeidsprøve i verkstedet";
const bytes = new TextEncoder().encode(text);
const statement = {
  actor: agent,
  verb: { id: "http://adlnet.gov/expapi/verbs/completed", display: { nb: "fullførte" } },
  object: { objectType: "Activity", id: activityId },
  attachments: [{
    usageType: "https://fagbenk.example/use/work",
    display: { nb: "Arbeidsprøve" },
    contentType: "text/plain; charset=utf-8",
    length: bytes.length,
    sha2: createHash("sha256").update(bytes).digest("hex"),
  }],
};
const [attached] = (await client.sendStatement({ statement, attachments: [bytes.buffer] })).data;
const [read, file] = (await client.getStatement({ statementId: attached, attachments: true })).data;

const where = { agent, activityId, stateId: "bookmark" };
await client.setState({ ...where, state: { page: 1 } });
await client.createState({ ...where, state: { answers: 3 } });
const states = (await client.getStates({ agent, activityId })).data;
const state = (await client.getState(where)).data;
await client.deleteState(where);
const left = (await client.getStates({ agent, activityId })).data;

const profile = { agent, profileId: "language" };
await client.setAgentProfile({ ...profile, profile: { tag: "nn" }, etag: "*", matchHeader: "If-None-Match" });
const first = await client.getAgentProfile(profile);
await client.setAgentProfile({ ...profile, profile: { tag: "nb" }, etag: first.headers.etag, matchHeader: "If-Match" });
const changed = (await client.getAgentProfile(profile)).data;
await client.createActivityProfile({ activityId, profileId: "size", profile: { pages: 4 } });
const activity = (await client.getActivityProfile({ activityId, profileId: "size" })).data;
console.log(JSON.stringify({ read, file: typeof file === "string" ? file : new TextDecoder().decode(file), text, states, state, left, changed, activity }));
