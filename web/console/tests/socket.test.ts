import { beforeEach, describe, expect, it, vi } from "vitest";
import { LiveSocket } from "../src/live/socket";
import { FakeHost, FakeSocket, pass } from "./fakes";

let sockets: FakeSocket[];
let host: FakeHost;
let live: LiveSocket;
const newest = (): FakeSocket => sockets.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  host = new FakeHost();
  live = new LiveSocket("ws://console/socket", "tab-1", host, () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
  live.start();
});

describe("the socket", () => {
  it("says hello with its tab and is open after the welcome", () => {
    newest().welcome();
    expect(newest().sent[0]).toEqual({ type: "hello", tab: "tab-1" });
    expect(host.states).toEqual(["connecting", "open"]);
    expect(host.welcomes).toEqual([false]);
  });

  it("beats as often as the gateway asks: that keeps the claims", async () => {
    newest().welcome();
    await pass(20_000);
    expect(newest().of("ping")).toHaveLength(1);
    newest().say({ type: "pong" });
    await pass(20_000);
    expect(newest().of("ping")).toHaveLength(2);
  });

  it("gives a connection up that answers no ping, and comes back", async () => {
    newest().welcome();
    await pass(20_000 + 10_000 + 10_000);
    expect(sockets.length).toBeGreaterThan(1);
    expect(host.states).toContain("lost");
  });

  it("gives up a socket that never opens", async () => {
    await pass(8_000 + 500);
    expect(sockets.length).toBeGreaterThan(1);
  });

  it("asks after a reconnect for what follows the last message it has", async () => {
    newest().welcome();
    live.watch("c1");
    host.known.set("c1", 12);
    newest().drop();
    await pass(1_000);
    newest().welcome();
    expect(newest().of("watch")).toEqual([{ type: "watch", conversation: "c1", after_seq: 12 }]);
    expect(host.welcomes).toEqual([false, true]);
  });

  it("watches once for two views and stops with the last", () => {
    newest().welcome();
    const [first, second] = [live.watch("c1"), live.watch("c1")];
    expect(newest().of("watch")).toHaveLength(1);
    first();
    expect(newest().of("unwatch")).toHaveLength(0);
    second();
    expect(newest().of("unwatch")).toHaveLength(1);
  });

  it("does not repeat the sign of typing for every letter", () => {
    newest().welcome();
    live.typing("c1", 1_000);
    live.typing("c1", 2_000);
    live.typing("c1", 5_100);
    expect(newest().of("typing")).toHaveLength(2);
  });

  it("waits longer after each failure, but never past what would lose a claim", async () => {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      newest().drop();
      await pass(10_000);
    }
    expect(sockets.length).toBeGreaterThanOrEqual(9);
  });

  it.each([4001, 1008])("ends with the session when it is closed with %i", async (code) => {
    newest().welcome();
    newest().drop(code);
    await pass(60_000);
    expect(host.loggedOutTimes).toBe(1);
    expect(sockets).toHaveLength(1);
  });

  it("tries at once when told that the network is back", () => {
    newest().welcome();
    newest().drop();
    live.retry();
    expect(sockets).toHaveLength(2);
  });

  it("overhears what is no frame", () => {
    newest().welcome();
    newest().onmessage?.({ data: "not json" });
    newest().say({ no: "type" });
    expect(host.frames).toEqual([]);
  });

  it("is silent after stop", async () => {
    newest().welcome();
    live.stop();
    await pass(60_000);
    expect(sockets).toHaveLength(1);
    expect(newest().closed).toBe(true);
  });
});
