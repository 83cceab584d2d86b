import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import { readFile } from "node:fs/promises";
import { newTradeId, NexusClient, NexusError, responseOf, Secret } from "../dist/index.js";
import { generate } from "../tools/generate.js";
import { serve } from "./server.js";

let server, nexus;
let chat = 7_000_000;

before(async () => {
  server = await serve();
  nexus = new NexusClient(server);
});
after(() => server?.stop());

const kind = (name) => (error) => error instanceof NexusError && error.kind === name;
const all = async (list) => {
  const members = [];
  for await (const member of list) members.push(member);
  return members;
};

test("the types are those of the server's OpenAPI document", async () => {
  const current = await generate(server.url);
  const stored = await readFile(new URL("../src/schema.ts", import.meta.url), "utf8");
  assert.ok(current === stored, "src/schema.ts is not current: npm run generate");
});

test("a session is saved, read, patched and deleted", async () => {
  const id = ++chat;
  const saved = await nexus.sessions.save(id, { apiKey: "k-123", apiSecret: new Secret("s-456"), config: { mode: "PILOT" } }, { ifVersion: 0 });
  assert.equal(saved.version, 1);
  assert.ok(saved.apiKey.isMask);
  assert.equal(responseOf(saved).acknowledged, "committed");
  const read = await nexus.sessions.get(id);
  assert.deepEqual([read.apiKey.reveal(), read.apiSecret.reveal()], ["k-123", "s-456"]);
  const patched = await nexus.sessions.patchConfig(id, { leverage: 7, mode: null }, { ifVersion: 1 });
  assert.deepEqual(patched.config, { leverage: 7 });
  await nexus.sessions.save(id, { config: { mode: "WATCHER" } });
  assert.equal((await nexus.sessions.get(id)).apiKey.reveal(), "k-123");
  await assert.rejects(nexus.sessions.save(id, { config: {} }, { ifVersion: 1 }), (error) => kind("conflict")(error) && error.problem.actualVersion === 3);
  assert.deepEqual([await nexus.sessions.delete(id), await nexus.sessions.delete(id), await nexus.sessions.get(id)], [true, false, undefined]);
});

test("batches and lists", async () => {
  const ids = Array.from({ length: 25 }, () => String(++chat));
  const saved = await nexus.sessions.saveBatch(ids.map((chatId) => ({ chatId, config: { mode: "PILOT", strategies: { [`S${ids[0]}`]: true } } })));
  assert.deepEqual(saved.map((one) => one.version), ids.map(() => 1));
  assert.deepEqual((await all(nexus.sessions.list({ strategy: `S${ids[0]}`, pageSize: 7 }))).map((one) => one.chatId), ids);
});

test("a user's life", async () => {
  const id = ++chat;
  await assert.rejects(nexus.users.save(id, { name: "Ada" }), kind("invalid"));
  const user = await nexus.users.save(id, { name: "Ada", days: 30, groups: { CRYPTO: true } });
  assert.deepEqual(await nexus.users.access(id), { allowed: true, role: "user" });
  const extended = await nexus.users.extend(id, 10);
  assert.equal(Date.parse(extended.expiresAt) - Date.parse(user.expiresAt), 10 * 86_400_000);
  assert.deepEqual((await nexus.users.patch(id, { groups: { CRYPTO: false } })).groups, { CRYPTO: false });
  assert.equal((await nexus.users.save(id, { expiresAt: null })).expiresAt, null);
  await nexus.users.save(id, { expiresAt: new Date(0) });
  assert.equal((await nexus.users.access(id)).role, "expired");
  assert.ok((await all(nexus.users.list({ pageSize: 3 }))).some((one) => one.chatId === String(id)));
  await assert.rejects(nexus.users.save(id, { days: 0 }), (error) => error.problem.field === "days");
  assert.ok(await nexus.users.delete(id));
});

test("switches and settings", async () => {
  const state = await nexus.botState.save({ enabledStrategies: { TREND: true, GRID: false }, disabledAssets: ["DOGEUSDT"], aiFilterEnabled: false });
  assert.deepEqual((await nexus.botState.patch({ enabledStrategies: { GRID: null } }, { ifVersion: state.version })).enabledStrategies, { TREND: true });
  assert.deepEqual((await nexus.botState.get()).disabledAssets, ["DOGEUSDT"]);
  const setting = await nexus.systemConfig.save("limits/ü", [1, "2"], { updatedBy: "ops" });
  assert.deepEqual([(await nexus.systemConfig.get("limits/ü")).value, setting.updatedBy], [[1, "2"], "ops"]);
  assert.ok((await nexus.systemConfig.list()).some((one) => one.key === "limits/ü"));
  assert.ok(await nexus.systemConfig.delete("limits/ü"));
});

test("any key arrives as it was given", async () => {
  const keys = ["a/b", "a//b", "/a", "a/", "../x", "a/../b", "%2F", "%41", "a b", "a+b", "?x=1", "#", "..x", "a/.", "/", "чат:1/2", "𝄞\n\t'\"\\"];
  for (const key of keys) {
    assert.equal((await nexus.state.set("hostile keys", key, key)).key, key);
    assert.equal((await nexus.state.get("hostile keys", key)).value, key);
  }
  assert.deepEqual(new Set((await all(nexus.state.list("hostile keys", { pageSize: 5 }))).map((one) => one.key)), new Set(keys));
  for (const key of [".", "..", "", "\ud800"]) assert.throws(() => nexus.state.get("hostile keys", key), kind("invalid"));
});

test("keyed state has an expiry and conditions", async () => {
  const entry = await nexus.state.set("life", "1", { step: 1, n: 1 }, { ttlSeconds: 3600, ifVersion: 0 });
  assert.ok(Date.parse(entry.expiresAt) > Date.now());
  assert.deepEqual((await nexus.state.patch("life", "1", { step: 2 }, { ifVersion: 1 })).value, { step: 2, n: 1 });
  await assert.rejects(nexus.state.set("life", "1", null, { ifVersion: 0 }), kind("conflict"));
  await assert.rejects(nexus.state.set("life", "1", undefined), kind("invalid"));
  assert.ok(await nexus.state.delete("life", "1"));
});

test("a trade's life, with exact decimals", async () => {
  const id = newTradeId();
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const order = { id, chatId: ++chat, symbol: "BTCUSDT", side: "LONG", entryPrice: "65000.10", quantity: "0.015", leverage: 3 };
  const trade = await nexus.trades.open(order);
  assert.equal(trade.entryPrice, "65000.1");
  assert.deepEqual(await nexus.trades.open(order), trade);
  const closed = await nexus.trades.close(id, { exitPrice: "66000.00", fees: "1.25", exitReason: "TP" });
  assert.deepEqual([closed.status, Number(closed.pnl)], ["CLOSED", 13.7485]);
  await assert.rejects(nexus.trades.close(id, { exitPrice: 1 }), kind("state"));
  assert.equal((await nexus.trades.performance({ chatId: chat })).totalPnl, closed.pnl);
  assert.deepEqual((await all(nexus.trades.list({ chatId: chat, status: "CLOSED" }))).map((one) => one.id), [id]);
  for (const entryPrice of [1.5, NaN, "x", "", "1e5", "0.1234567890123456789"])
    await assert.rejects(async () => nexus.trades.open({ ...order, id: newTradeId(), entryPrice }), kind("invalid"));
});

test("a trade is closed by its fills", async () => {
  const { id } = await nexus.trades.open({ chatId: ++chat, symbol: "BTCUSDT", side: "LONG", entryPrice: 100, quantity: 2, leverage: 2.5 });
  const entered = await nexus.trades.addFills(id, [
    { orderId: "1", side: "ENTRY", price: "0.000000000000000003", quantity: 1, fee: "0.1", feeCurrency: "USDT" },
    { orderId: "2", side: "ENTRY", price: 100, quantity: 1 },
  ], { chatId: chat });
  assert.deepEqual([entered.trade.entryPrice, entered.trade.fees, entered.trade.leverage], ["50.000000000000000002", "0.1", 2.5]);
  const exit = { orderId: "3", side: "EXIT", price: 60, quantity: "0.5" };
  assert.deepEqual((await nexus.trades.addFills(id, [exit])).fills, (await nexus.trades.addFills(id, [exit])).fills);
  await assert.rejects(nexus.trades.addFills(id, [{ ...exit, price: 61 }]), kind("state"));
  const entryTimestamp = entered.trade.entryTimestamp;
  assert.equal((await nexus.trades.addFills(id, [exit], { chatId: chat, entryTimestamp })).fills.length, 1);
  await assert.rejects(nexus.trades.fills(id, { chatId: chat, entryTimestamp: new Date("2020-01-01") }), kind("not_found"));
  const list = await nexus.trades.fills(id, { chatId: chat, entryTimestamp });
  assert.deepEqual([list.fills.length, list.status, list.remainingQuantity], [3, "OPEN", "1.5"]);
});

test("a batch of trades is repeatable and numbers its refusals", async () => {
  const trades = Array.from({ length: 2100 }, () => ({ id: newTradeId(), chatId: chat + 1, symbol: "ETHUSDT", side: "SHORT", entryPrice: "2500", quantity: 1 }));
  trades[1500].side = "UP";
  const result = await nexus.trades.saveBatch(trades);
  assert.deepEqual([result.stored, result.rejected, result.errors[0].index], [2099, 1, 1500]);
  assert.equal((await nexus.trades.saveBatch(trades)).wereThere, 2099);
  chat++;
});

test("a task's life", async () => {
  const id = newTradeId();
  const plan = { id, chatId: ++chat, action: "report", schedule: { type: "cron", value: "0 9 * * *", timezone: "Europe/Madrid" }, params: { a: 1 } };
  const task = await nexus.tasks.create(plan);
  assert.deepEqual(await nexus.tasks.create(plan), task);
  await assert.rejects(nexus.tasks.create({ ...plan, action: "other" }), kind("state"));
  const due = await nexus.tasks.create({ chatId: chat, action: "due", schedule: { type: "interval", value: "60" }, nextRun: new Date(1_600_000_000_000) });
  const [claimed] = (await nexus.tasks.claim({ leaseSeconds: 60, limit: 1000, holder: "worker" })).filter((one) => one.id === due.id);
  assert.equal(claimed.lease.holder, "worker");
  assert.ok((await nexus.tasks.renew(due.id, claimed.lease.fence, 120)) > claimed.lease.until);
  assert.equal((await nexus.tasks.complete(due.id, claimed.lease.fence, { error: "no price" })).alreadyCompleted, false);
  assert.equal((await nexus.tasks.complete(due.id, claimed.lease.fence, { error: "no price" })).alreadyCompleted, true);
  assert.deepEqual((await all(nexus.tasks.list({ chatId: chat, failed: true }))).map((one) => one.id), [due.id]);
  await nexus.tasks.runNow(due.id);
  const [again] = (await nexus.tasks.claim({ leaseSeconds: 60, limit: 1000 })).filter((one) => one.id === due.id);
  await nexus.tasks.release(due.id, again.lease.fence, { delaySeconds: 3600 });
  assert.equal((await nexus.tasks.patch(id, { isActive: false }, { ifVersion: task.version })).isActive, false);
  assert.deepEqual([await nexus.tasks.delete(id), await nexus.tasks.get(id)], [true, undefined]);
});

test("calibration, performance by name, and the equity curve", async () => {
  const id = ++chat;
  const saved = await nexus.calibration.save(id, "TREND/1", { sizeMultiplier: "1.25" }, {}, { ifVersion: 0 });
  assert.deepEqual([Number(saved.sizeMultiplier), saved.symbol, saved.isActive], [1.25, null, true]);
  await nexus.calibration.save(id, "TREND/1", { sizeMultiplier: "0.5" }, { symbol: "X" });
  assert.equal(Number((await nexus.calibration.get(id, "TREND/1", { symbol: "X", exchange: "E" })).sizeMultiplier), 0.5);
  assert.equal(await nexus.calibration.get(id, "TREND/1", { symbol: "Y", exact: true }), undefined);
  assert.equal((await all(nexus.calibration.list(id, { pageSize: 1 }))).length, 2);
  assert.equal((await nexus.calibration.auto(id, "TREND/1")).calibrated, false);
  assert.deepEqual([await nexus.calibration.delete(id, "TREND/1", { symbol: "X" }), await nexus.calibration.delete(id, "TREND/1", { symbol: "X" })], [true, false]);
  for (const [strategy, pnl] of [["A", 10], ["A", -4], ["B", 1]]) {
    const trade = await nexus.trades.open({ chatId: id, symbol: "X", side: "LONG", entryPrice: 1, quantity: 1, strategy });
    await nexus.trades.close(trade.id, { exitPrice: 1, pnl });
  }
  const figures = await nexus.trades.performance({ chatId: id, groupBy: "strategy" });
  assert.deepEqual(figures.groups.map((group) => [group.name, Number(group.performance.totalPnl)]), [["A", 6], ["B", 1]]);
  assert.equal(await nexus.trades.count({ chatId: id, status: "CLOSED" }), 3);
  assert.equal(Number((await nexus.trades.equity({ chatId: id, bucket: "1h" })).at(-1).equity), 7);
  assert.deepEqual((await nexus.trades.performance({ chatId: id, groupBy: "strategy", limit: 1 })).groups.map((group) => group.name), ["A"]);
});

test("forget erases a chat", async () => {
  await nexus.users.save(++chat, { days: 1 });
  await nexus.users.forget(chat, { dryRun: true });
  assert.ok(await nexus.users.get(chat));
  await nexus.users.forget(chat);
  assert.equal(await nexus.users.get(chat), undefined);
});

test("secrets do not show themselves", async () => {
  const secret = new Secret("s-456");
  for (const text of [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }), inspect(secret, { showHidden: true })]) assert.doesNotMatch(text, /s-456/);
  await nexus.sessions.save(++chat, { apiKey: "k-1", apiSecret: secret, config: { nested: [{ binance_api_key: new Secret("b-789") }] } });
  const session = await nexus.sessions.get(chat);
  assert.equal(session.apiSecret.reveal(), "s-456");
  assert.equal(session.config.nested[0].binance_api_key, "b-789");
  assert.doesNotMatch(inspect(nexus, { depth: 9, showHidden: true }) + inspect(session.apiKey), new RegExp(`${server.apiKey}|k-1`));
});

test("addresses that would leak the key are refused", () => {
  for (const url of ["ftp://127.0.0.1", "127.0.0.1:80", "http://", "http://u:p@127.0.0.1", "http://127.0.0.1/?x", "http://bot.example.com", "http://127.example.com"])
    assert.throws(() => new NexusClient({ url, apiKey: "k" }), kind("invalid"));
  assert.throws(() => new NexusClient({ url: server.url, apiKey: "a\nb" }), kind("invalid"));
});

/** A fetch that does what its steps say: loses the response, cannot connect, or returns another response. */
function scripted(...steps) {
  const script = { sent: 0 };
  script.client = new NexusClient({
    ...server, retryPause: 1,
    fetch: async (url, init) => {
      script.sent++;
      const step = steps.shift();
      if (step === "unreachable") throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
      if (step instanceof Response) return step;
      const response = await fetch(url, init);
      if (step === "lost") throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
      return response;
    },
  });
  return script;
}
const problem = (status, code) => Response.json({ status, code, title: "x", detail: "d" }, { status });

test("only what is safe is sent again", async () => {
  let script = scripted("lost", "unreachable", "lost");
  assert.equal(await script.client.sessions.get(++chat), undefined);
  assert.equal(script.sent, 4);
  script = scripted("lost");
  await script.client.trades.open({ chatId: chat, symbol: "X", side: "LONG", entryPrice: 1, quantity: 1 });
  assert.equal((await all(nexus.trades.list({ chatId: chat }))).length, 1);
  await nexus.users.save(chat, { days: 10 });
  const end = Date.parse((await nexus.users.get(chat)).expiresAt);
  script = scripted("lost");
  await script.client.users.extend(chat, 10);
  assert.equal(script.sent, 2);
  script = scripted("unreachable", problem(503, "unavailable"), problem(429, "too_many_requests"));
  await script.client.users.extend(chat, 1);
  assert.equal(Date.parse((await nexus.users.get(chat)).expiresAt) - end, 11 * 86_400_000);
  script = scripted("lost");
  await assert.rejects(script.client.sessions.save(chat, { config: {} }, { ifVersion: 0 }), kind("unknown_outcome"));
  script = scripted("lost");
  assert.equal(await script.client.sessions.delete(chat), true);
  script = scripted("unreachable", "unreachable", "unreachable", "unreachable");
  await assert.rejects(script.client.sessions.get(chat), kind("unavailable"));
});

test("users are filtered and counted, and signals dispatched", async () => {
  const before = (await nexus.counts()).users.admins;
  await nexus.users.save(++chat, { name: `Zoe ${chat}`, role: "admin", expiresAt: null });
  assert.equal((await nexus.counts()).users.admins, before + 1);
  const chats = async (filter) => (await all(nexus.users.list(filter))).map((user) => user.chatId);
  assert.ok((await chats({ role: "admin", pageSize: 1 })).includes(String(chat)));
  assert.ok(!(await chats({ role: "user" })).includes(String(chat)));
  assert.deepEqual(await chats({ name: `zoe ${chat}` }), [String(chat)]);
  assert.deepEqual(await chats({ namePart: `OE ${chat}` }), [String(chat)]);
  assert.deepEqual(await chats({ role: "admin", name: "zoe", namePart: String(chat), group: "CRYPTO" }), [String(chat)]);
  assert.deepEqual([await chats({ role: "user", name: `zoe ${chat}` }), await chats({ name: `zoe ${chat}`, group: "X" })], [[], []]);
  assert.deepEqual([(await nexus.users.get(chat)).id, await chats({ id: 7 })], [null, []]);
  assert.equal((await nexus.users.accessMany([chat]))[0].allowed, true);
  await nexus.botState.patch({ enabledStrategies: { [`S${chat}`]: true } });
  await nexus.sessions.save(chat, { config: { mode: "PILOT", strategies: { [`S${chat}`]: true } } });
  assert.deepEqual(await nexus.dispatch({ strategy: `S${chat}` }), [{ chatId: String(chat), mode: "PILOT" }]);
  assert.deepEqual(await nexus.dispatch({ strategy: `S${chat}`, modes: ["COPILOT"] }), []);
  assert.equal((await all(nexus.users.history(chat)))[0].action, "created");
  assert.equal((await all(nexus.history({ table: "users", key: String(chat) })))[0].key, String(chat));
  assert.ok(Array.isArray((await nexus.alerts()).alerts));
});

test("an idempotency key makes one call of many", async () => {
  await nexus.users.save(++chat, { days: 10 });
  const end = Date.parse((await nexus.users.get(chat)).expiresAt);
  const key = `bestellung ñ ${chat}`;
  const both = [await nexus.users.extend(chat, 5, { idempotencyKey: key }), await nexus.users.extend(chat, 5, { idempotencyKey: key })];
  assert.deepEqual(both[0], both[1]);
  assert.equal(Date.parse((await nexus.users.get(chat)).expiresAt) - end, 5 * 86_400_000);
  await assert.rejects(nexus.users.extend(chat, 6, { idempotencyKey: key }), (error) => error.problem.code === "idempotency_key_reused");
  await assert.rejects(nexus.users.extend(chat, 6, { idempotencyKey: "a\nb" }), kind("invalid"));
  const script = scripted("lost", problem(409, "request_in_progress"));
  await assert.rejects(script.client.trades.close(newTradeId(), { exitPrice: 1 }), kind("not_found"));
  assert.equal(script.sent, 3);
});

test("what is not a Nexus server is an error of the client", async () => {
  for (const response of [new Response("<html>"), Response.json([]), new Response("x", { status: 500 }), new Response(null, { status: 302, headers: { Location: "http://evil" } })])
    await assert.rejects(scripted(response).client.sessions.get(chat), kind("server"));
});

test("a signal ends a call, also between retries", async () => {
  const script = scripted("unreachable", "unreachable");
  const abort = new AbortController();
  const slow = new NexusClient({ ...server, retryPause: 60_000, fetch: async () => { setImmediate(() => abort.abort(new Error("enough"))); throw new TypeError("x", { cause: { code: "ECONNREFUSED" } }); } });
  await assert.rejects(slow.sessions.get(chat, { signal: abort.signal }), /enough/);
  await assert.rejects(script.client.sessions.get(chat, { signal: AbortSignal.abort(new Error("at once")) }), /at once/);
});

test("watch reports changes, begins with everything, and reconnects", async () => {
  const script = scripted("lost");
  const seen = [];
  for await (const change of script.client.events.watch({ retryPause: 1 })) {
    seen.push(change);
    if (change.id === "*") await nexus.state.set("watched", "x", 1);
    if (change.table === "keyed_state" && change.id === "watched/x") break;
  }
  assert.deepEqual(seen[0], { table: "*", id: "*" });
  const abort = new AbortController();
  await assert.rejects(async () => {
    for await (const change of nexus.events.watch({ signal: abort.signal })) abort.abort(new Error(`stop after ${change.id}`));
  }, /stop after \*/);
});

test("watch with filters gets the chosen changes alone", async () => {
  const seen = [];
  for await (const change of nexus.events.watch({ tables: ["sessions"], chatIds: [815] })) {
    seen.push(change);
    if (change.id !== "*") break;
    await nexus.state.set("watched", "y", 1);
    await nexus.sessions.save(815, { config: {} });
  }
  assert.deepEqual(seen, [{ table: "*", id: "*" }, { table: "sessions", id: "815" }]);
});

test("watch ends when its key is removed", async () => {
  const key = await nexus.apiKeys.create("watcher", ["bot"]);
  const watcher = new NexusClient({ url: server.url, apiKey: key.key.reveal() });
  await assert.rejects(async () => {
    for await (const change of watcher.events.watch({ retryPause: 1 })) if (change.id === "*") await nexus.apiKeys.delete(key.id);
  }, kind("access_denied"));
});

test("health and status", async () => {
  assert.equal((await nexus.health()).status, "ok");
  assert.ok((await nexus.status()).store.kind);
  assert.equal((await scripted(...Array(4).fill("unreachable")).client.health()).status, "unavailable");
});

test("what JSON cannot hold is refused before it is sent, and a key that a path cannot contain by its name", async () => {
  const loop = { a: [] };
  loop.a.push(loop);
  let deep = {};
  for (let n = 0; n < 100_000; n++) deep = { deep };
  const bad = [
    [{ m: new Map([[1, 2]]) }, /Map/], [[new Set([1])], /Set/], [{ d: new Date(NaN) }, /Date/], [{ n: NaN }, /finite/], [{ n: 1n }, /bigint/], [loop, /itself/],
    [deep, /deep/],
  ];
  for (const [value, message] of bad)
    await assert.rejects(nexus.state.set("values", "k", value), (error) => error instanceof NexusError && error.kind === "invalid" && message.test(error.message));
  assert.equal(await nexus.state.get("values", "k"), undefined);
  for (const key of ["", ".", "..", "\ud800"]) {
    await assert.rejects(async () => nexus.state.set("values", key, 1), (error) => error.problem.field === "key");
    await assert.rejects(async () => nexus.state.get(key, "k"), (error) => error.problem.field === "namespace");
    await assert.rejects(async () => nexus.trades.get(key), (error) => error.problem.field === "id");
  }
});
