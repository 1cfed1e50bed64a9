// Everything that tincanjs (npm) does with a record store; prints what came back as JSON.
const { createHash } = require("node:crypto");
const TinCan = require("tincanjs");

const [endpoint, username, password] = process.argv.slice(2);
const lrs = new TinCan.LRS({ endpoint, username, password, version: "1.0.2", allowFail: false });
const agent = new TinCan.Agent({ account: { homePage: "https://fagbenk.example", name: "kari" } });
const activity = new TinCan.Activity({ id: "https://fagbenk.example/xapi/activities/course/mi" });
const verb = { id: "http://adlnet.gov/expapi/verbs/completed", display: { nb: "fullførte" } };
const statement = (changes) => new TinCan.Statement({ actor: agent, verb, target: activity, ...changes });

// The answer of a call with a callback; a status that is no success is an error.
const asked = (call) => new Promise((resolve, reject) => call((error, found) => {
  if (error) reject(new Error(typeof error === "number" ? `${error} ${found && found.responseText}` : String(error)));
  else resolve(found);
}));

async function main() {
  const one = statement();
  await asked((callback) => lrs.saveStatement(one, { callback }));
  await asked((callback) => lrs.saveStatements([statement(), statement()], { callback }));
  const read = await asked((callback) => lrs.retrieveStatement(one.id, { callback }));
  const first = await asked((callback) => lrs.queryStatements({ params: { agent, verb, limit: 2 }, callback }));
  const next = await asked((callback) => lrs.moreStatements({ url: first.more, callback }));
  const voiding = statement({
    verb: { id: "http://adlnet.gov/expapi/verbs/voided" },
    target: { objectType: "StatementRef", id: one.id },
  });
  await asked((callback) => lrs.saveStatement(voiding, { callback }));
  const voided = await asked((callback) => lrs.retrieveVoidedStatement(one.id, { callback }));

  const bytes = Buffer.from("arbeidsprøve");
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const attached = statement({
    attachments: [{
      usageType: "https://fagbenk.example/use/work",
      display: { nb: "Arbeidsprøve" },
      contentType: "text/plain",
      length: bytes.length,
      sha2: createHash("sha256").update(bytes).digest("hex"),
      content,
    }],
  });
  await asked((callback) => lrs.saveStatement(attached, { callback }));
  const whole = await asked((callback) => lrs.retrieveStatement(attached.id, { params: { attachments: true }, callback }));

  const where = { agent, activity };
  const json = { contentType: "application/json", overwriteJSON: false };
  await asked((callback) => lrs.saveState("bookmark", { page: 2 }, { ...where, ...json, callback }));
  const state = await asked((callback) => lrs.retrieveState("bookmark", { ...where, callback }));
  await asked((callback) => lrs.dropState("bookmark", { ...where, callback }));
  const gone = await asked((callback) => lrs.retrieveState("bookmark", { ...where, callback }));
  await asked((callback) => lrs.saveActivityProfile("size", { pages: 4 }, { activity, ...json, callback }));
  const profile = await asked((callback) => lrs.retrieveActivityProfile("size", { activity, callback }));
  await asked((callback) => lrs.saveAgentProfile("language", { tag: "nn" }, { agent, ...json, callback }));
  const language = await asked((callback) => lrs.retrieveAgentProfile("language", { agent, callback }));
  console.log(JSON.stringify({
    one: one.id, read: read.id, voided: voided.id,
    first: first.statements.length, next: next.statements.map((each) => each.id),
    file: Buffer.from(whole.attachments[0].content).toString(),
    state: state.contents, gone, profile: profile.contents, language: language.contents,
  }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
