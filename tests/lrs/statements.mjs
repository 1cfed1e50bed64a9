// Stores, reads, queries and voids with the npm package @xapi/xapi; prints what came back as JSON.
import XAPI from "@xapi/xapi";

const [endpoint, key, secret, version] = process.argv.slice(2);
const client = new (XAPI.default ?? XAPI)({
  endpoint,
  auth: XAPI.toBasicAuth?.(key, secret) ?? XAPI.default.toBasicAuth(key, secret),
  version,
  adapter: "fetch",
});
const actor = { objectType: "Agent", account: { homePage: "https://fagbenk.example", name: "kari" } };
const verb = { id: "http://adlnet.gov/expapi/verbs/completed", display: { nb: "fullførte" } };
const object = { objectType: "Activity", id: "https://fagbenk.example/xapi/activities/course/mi" };

const about = (await client.getAbout()).data;
const [one] = (await client.sendStatement({ statement: { actor, verb, object } })).data;
const many = (await client.sendStatements({ statements: [{ actor, verb, object }, { actor, verb, object }] })).data;
const read = (await client.getStatement({ statementId: one })).data;
const first = (await client.getStatements({ agent: actor, limit: 2 })).data;
const next = (await client.getMoreStatements({ more: first.more })).data;
const [voiding] = (await client.voidStatement({ actor, statementId: one })).data;
const voided = (await client.getVoidedStatement({ voidedStatementId: one })).data;
console.log(JSON.stringify({ about, one, many, read, first, next, voiding, voided }));
