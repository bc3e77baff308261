import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "../src/net/api";
import { BUSY_CODES, type Ending } from "../src/net/link";
import { SocketLink } from "../src/net/socket";
import { FakeHost, FakeSocket, answer, eventFrame, pass } from "./fakes";

let host: FakeHost;
let socket: FakeSocket;
let ending: Ending | null;
let posts: unknown[];

function connect(): SocketLink {
  const fetcher = (async (_url: string, init: RequestInit) => {
    posts.push(JSON.parse(String(init.body)));
    return answer(201, { id: "m", seq: 1, at: "2026-11-21T09:00:00Z", duplicate: false });
  }) as unknown as typeof fetch;
  socket = new FakeSocket();
  ending = null;
  const link = new SocketLink(new Api("https://shop.test/", "demo", fetcher), "token", host, () => {}, () => socket as unknown as WebSocket);
  void link.ended.then((why) => (ending = why));
  return link;
}

beforeEach(() => {
  vi.useFakeTimers();
  host = new FakeHost();
  posts = [];
});

afterEach(() => vi.useRealTimers());

describe("the socket", () => {
  it("says hello with the token and the last event held, and nothing before", async () => {
    host.conversation = "c";
    host.received([1, 2].map((seq) => ({ ...eventFrame(seq), clientMsgId: null }) as never));
    host.write("m1");
    connect();
    socket.accept();
    expect(socket.sent).toEqual([{ type: "hello", token: "token", after_seq: 2 }]);
  });

  it("sends one message at a time, in order, each after the acknowledgement of the last", async () => {
    host.write("m1");
    host.write("m2");
    connect();
    socket.welcome();
    expect(socket.sentOf("send")).toEqual([{ type: "send", client_msg_id: "m1", text: "m1" }]);
    socket.say({ type: "ack", client_msg_id: "m1", id: "i", seq: 1, duplicate: false, at: "" });
    expect(socket.sentOf("send").map((frame) => frame["client_msg_id"])).toEqual(["m1", "m2"]);
  });

  it("sends a message once however often it is told to look", async () => {
    const link = connect();
    socket.welcome();
    host.write("m1");
    link.flush();
    link.flush();
    expect(socket.sentOf("send")).toHaveLength(1);
  });

  it("takes the message's own event for its acknowledgement", async () => {
    host.write("m1");
    host.write("m2");
    connect();
    socket.welcome();
    socket.say(eventFrame(1, { author: "customer", client_msg_id: "m1" }));
    await pass(50);
    expect(socket.sentOf("send")).toHaveLength(2);
  });

  it("gives up a connection that does not acknowledge", async () => {
    host.write("m1");
    connect();
    socket.welcome();
    await pass(11_000);
    expect(ending).toBe("lost");
    expect(host.queue).toHaveLength(1);
  });

  it("ends at a gap so that the next connection resumes", async () => {
    connect();
    socket.welcome({ last_seq: 3 });
    socket.say(eventFrame(1));
    socket.say(eventFrame(3));
    await pass(50);
    expect(host.events.map(({ seq }) => seq)).toEqual([1]);
    expect(ending).toBe("gap");
    expect(socket.closed).toBe(true);
  });

  it("resumes from nothing when the conversation is another one", async () => {
    host.conversation = "old";
    host.received([{ ...eventFrame(1), clientMsgId: null } as never]);
    connect();
    socket.welcome({ conversation: "new" });
    await pass(1);
    expect(ending).toBe("gap");
    expect(host.afterSeq).toBe(0);
  });

  it("delivers collected events before what was said after them", () => {
    connect();
    socket.welcome();
    socket.say(eventFrame(1));
    socket.say(eventFrame(2));
    socket.say({ type: "read", seq: 2 });
    expect(host.events).toHaveLength(2);
    expect(host.readSeq).toBe(2);
  });

  it.each([[1012, "draining"], [4001, "session"], [1006, "lost"], [1013, "lost"], [1001, "lost"]] as const)("close code %i means %s", async (code, why) => {
    connect();
    socket.welcome();
    socket.drop(code);
    await pass(1);
    expect(ending).toBe(why);
  });

  it("doubts the session when the hello was refused", async () => {
    connect();
    socket.accept();
    socket.drop(1008);
    await pass(1);
    expect(ending).toBe("session");
  });

  it.each([["bad_session", "session"], ["origin_not_allowed", "forbidden"], ["unknown_widget", "forbidden"]] as const)("error %s means %s", async (code, why) => {
    connect();
    socket.accept();
    socket.say({ type: "error", code, message: "" });
    await pass(1);
    expect(ending).toBe(why);
  });

  it("gives up when a proxy swallows the connection", async () => {
    connect();
    await pass(9_000);
    expect(ending).toBe("lost");
  });

  it("reports a definite refusal and goes on with the next message", () => {
    host.write("bad");
    host.write("good");
    connect();
    socket.welcome();
    socket.say({ type: "error", code: "unknown_choice", message: "", client_msg_id: "bad" });
    expect(host.refusals).toEqual([["bad", "unknown_choice"]]);
    expect(socket.sentOf("send").at(-1)?.["client_msg_id"]).toBe("good");
  });

  it.each(BUSY_CODES)("waits as long as a busy service asks (%s) and sends the same again", async (code) => {
    host.write("m1");
    connect();
    socket.welcome();
    socket.say({ type: "error", code, message: "", client_msg_id: "m1", retry_after_s: 5 });
    await pass(4_900);
    expect(socket.sentOf("send")).toHaveLength(1);
    await pass(200);
    expect(socket.sentOf("send").map((frame) => frame["client_msg_id"])).toEqual(["m1", "m1"]);
    expect(ending).toBeNull();
  });

  it("sends what does not fit a frame over HTTP", async () => {
    host.write("big", "\u0001".repeat(4000));
    connect();
    socket.welcome();
    await pass(1);
    expect(socket.sentOf("send")).toEqual([]);
    expect(posts).toHaveLength(1);
    expect(host.acks).toHaveLength(1);
  });

  it("fits four thousand of the widest characters into a frame", () => {
    host.write("wide", "😀".repeat(4000));
    connect();
    socket.welcome();
    expect(socket.sentOf("send")).toHaveLength(1);
  });

  it("pings, and gives up when no pong comes", async () => {
    connect();
    socket.welcome({ heartbeat_s: 30 });
    await pass(30_000);
    expect(socket.sentOf("ping")).toHaveLength(1);
    socket.say({ type: "pong" });
    await pass(30_000);
    expect(ending).toBeNull();
    await pass(11_000);
    expect(ending).toBe("lost");
  });

  it("says nothing after it was closed", async () => {
    const link = connect();
    socket.welcome();
    link.close();
    socket.say(eventFrame(1));
    await pass(100);
    expect(host.events).toEqual([]);
    expect(ending).toBe("closed");
  });
});
