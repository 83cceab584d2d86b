import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Bot, session as grammySession } from "grammy";
import { Telegraf, session as telegrafSession } from "telegraf";
import { Locks, NexusClient } from "../dist/index.js";
import { NexusStorage, sequentialUpdates } from "../dist/grammy.js";
import { NexusSessionStore, sequentialUpdates as telegrafUpdates } from "../dist/telegraf.js";
import { serve } from "./server.js";

let server, nexus;
before(async () => {
  server = await serve();
  nexus = new NexusClient(server);
});
after(() => server?.stop());

const chat = { id: 5, type: "private", first_name: "Ada" };
const from = { id: 5, is_bot: false, first_name: "Ada" };
const update = (number, text = "hi") => ({ update_id: number, message: { message_id: number, date: 0, chat, from, text } });
const botInfo = {
  id: 1, is_bot: true, first_name: "bot", username: "nexus_bot", can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false,
};

function grammyBot(storage, ...before) {
  const bot = new Bot("1:x", { botInfo });
  bot.use(...before, grammySession({ initial: () => ({ count: 0 }), storage }));
  bot.on("message", async (ctx) => {
    const count = ctx.session.count;
    await new Promise((done) => setTimeout(done, 2));
    ctx.session.count = count + 1;
  });
  return bot;
}

test("grammY: a session is kept, replaced and deleted", async () => {
  const storage = new NexusStorage(nexus, { namespace: "grammy-one" });
  const bot = grammyBot(storage);
  for (let n = 0; n < 3; n++) await bot.handleUpdate(update(n));
  assert.deepEqual(await storage.read("5"), { count: 3 });
  assert.equal(await storage.has("5"), true);
  await storage.write("a/b", "text");
  const [keys, values, entries] = [[], [], []];
  for await (const key of storage.readAllKeys()) keys.push(key);
  for await (const value of storage.readAllValues()) values.push(value);
  for await (const entry of storage.readAllEntries()) entries.push(entry);
  assert.deepEqual([keys, values, entries], [["5", "a/b"], [{ count: 3 }, "text"], [["5", { count: 3 }], ["a/b", "text"]]]);
  await storage.delete("5");
  await storage.delete("5");
  assert.deepEqual([await storage.read("5"), await storage.has("5")], [undefined, false]);
});

test("grammY: 100 simultaneous updates of one session in two processes count 100", async () => {
  const bots = [1, 2].map(() => {
    const own = new NexusClient(server);
    return grammyBot(new NexusStorage(own, { namespace: "grammy-many" }), sequentialUpdates(own));
  });
  await Promise.all(Array.from({ length: 100 }, (_, n) => bots[n % 2].handleUpdate(update(n))));
  assert.deepEqual((await nexus.state.get("grammy-many", "5")).value, { count: 100 });
});

function telegrafBot(store, ...before) {
  const bot = new Telegraf("1:x");
  bot.botInfo = botInfo;
  bot.use(...before, telegrafSession({ store }));
  bot.on("message", async (ctx) => {
    ctx.session ??= { count: 0 };
    await new Promise((done) => setTimeout(done, 2));
    ctx.session.count++;
  });
  return bot;
}

test("Telegraf: 100 simultaneous updates of one session count 100", async () => {
  const store = new NexusSessionStore(nexus, { namespace: "telegraf-one", ttlSeconds: 3600 });
  const bot = telegrafBot(store);
  await Promise.all(Array.from({ length: 100 }, (_, n) => bot.handleUpdate(update(n))));
  assert.deepEqual(await store.get("5:5"), { count: 100 });
  assert.ok((await nexus.state.get("telegraf-one", "5:5")).expiresAt);
  await store.delete("5:5");
  assert.equal(await store.get("5:5"), undefined);
});

test("Telegraf: 40 simultaneous updates of one session in two processes count 40", async () => {
  const bots = [1, 2].map(() => {
    const own = new NexusClient(server);
    return telegrafBot(new NexusSessionStore(own, { namespace: "telegraf-many" }), telegrafUpdates(own));
  });
  await Promise.all(Array.from({ length: 40 }, (_, n) => bots[n % 2].handleUpdate(update(n))));
  assert.deepEqual((await nexus.state.get("telegraf-many", "5:5")).value, { count: 40 });
});

test("a lock that could not be deleted is taken over by the next work of its process, and by nobody else", async () => {
  let broken = true;
  const own = new NexusClient({
    ...server, retries: 0, fetch: (url, init) => (broken && init.method === "DELETE" ? Promise.reject(new TypeError("down", { cause: { code: "ECONNREFUSED" } })) : fetch(url, init)),
  });
  const locks = new Locks(own, { namespace: "left" });
  assert.equal(await locks.run("k", () => 1), 1);
  const left = await nexus.state.get("left", "k");
  await assert.rejects(new Locks(nexus, { namespace: "left", patience: 50 }).run("k", () => 1), (error) => error.problem.code === "locked");
  const begin = performance.now();
  assert.equal(await locks.run("k", async () => (await nexus.state.get("left", "k")).version > left.version), true);
  broken = false;
  await nexus.state.delete("left", "k");
  assert.equal(await locks.run("k", () => 3), 3);
  assert.equal(await nexus.state.get("left", "k"), undefined);
  assert.ok(performance.now() - begin < 20_000, "it waited for the time to live");
});

test("a lock that another owner took meanwhile is not taken over, although it has the same version", async () => {
  let broken = true;
  const own = new NexusClient({
    ...server, retries: 0, fetch: (url, init) => (broken && init.method === "DELETE" ? Promise.reject(new TypeError("down", { cause: { code: "ECONNREFUSED" } })) : fetch(url, init)),
  });
  const locks = new Locks(own, { namespace: "other", patience: 50 });
  await locks.run("k", () => 1);
  const left = await nexus.state.get("other", "k");
  await nexus.state.delete("other", "k");
  assert.equal((await nexus.state.set("other", "k", "another owner", { ifVersion: 0 })).version, left.version);
  broken = false;
  await assert.rejects(locks.run("k", () => 1), (error) => error.problem.code === "locked");
});

test("a lock is renewed, freed after an error, and taken over after its owner died", async () => {
  const locks = new Locks(nexus, { ttlSeconds: 1, patience: 30_000 });
  await nexus.state.set("locks", "dead", "another owner", { ttlSeconds: 1 });
  assert.equal(await locks.run("dead", () => 7), 7);
  await assert.rejects(locks.run("bad", () => { throw new Error("work"); }), /work/);
  assert.equal(await nexus.state.get("locks", "bad"), undefined);
  await locks.run("long", async () => {
    const first = await nexus.state.get("locks", "long");
    await new Promise((done) => setTimeout(done, 1500));
    const now = await nexus.state.get("locks", "long");
    assert.ok(now !== undefined && now.version > first.version);
  });
  await assert.rejects(locks.run("stolen", async () => {
    await nexus.state.set("locks", "stolen", "thief");
    await new Promise((done) => setTimeout(done, 1500));
  }), (error) => error.problem.code === "lock_lost");
  await nexus.state.set("locks", "held", "somebody", {});
  await assert.rejects(new Locks(nexus, { patience: 50 }).run("held", () => 1), (error) => error.problem.code === "locked");
});
