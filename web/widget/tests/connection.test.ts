import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "../src/net/api";
import { Connection, type Status } from "../src/net/connection";
import { Sessions } from "../src/net/session";
import { MemoryValues, type PageValues } from "../src/storage";
import { FakeHost, FakeSocket, answer, eventFrame, pass } from "./fakes";

type Route = (body: Record<string, unknown>, token: string | null) => Response;

/** A service that hands out numbered tokens and holds one conversation. */
class FakeService {
  readonly calls: string[] = [];
  tokens = 0;
  events: Record<string, unknown>[] = [];
  readonly overrides: Record<string, Route | undefined> = {};

  fetcher = (async (url: string, init: RequestInit) => {
    const path = url.split("/demo/")[1]!.split("?")[0]!;
    const route = `${init.method} ${path}`;
    this.calls.push(route);
    const token = (init.headers as Record<string, string>)["Authorization"]?.replace("Bearer ", "") ?? null;
    const body = init.body ? (JSON.parse(String(init.body)) as Record<string, unknown>) : {};
    return (this.overrides[route] ?? this.usual(route, url))(body, token);
  }) as unknown as typeof fetch;

  grant(more: Record<string, unknown> = {}): Record<string, unknown> {
    const expires_at = new Date(Date.now() + 30 * 86_400_000).toISOString();
    return { token: `t${++this.tokens}`, expires_at, conversation: "c", identified: false, customer: null, ...more };
  }

  private usual(route: string, url: string): Route {
    if (route === "POST sessions") return () => answer(201, this.grant());
    if (route === "GET messages") {
      const after = Number(new URL(url).searchParams.get("after_seq"));
      return () => answer(200, { conversation: "c", events: this.events.slice(after), last_seq: this.events.length });
    }
    return (body) => {
      this.events.push(eventFrame(this.events.length + 1, { author: "customer", client_msg_id: body["client_msg_id"] }));
      return answer(201, { id: "m", seq: this.events.length, at: "2026-11-21T09:00:00Z", duplicate: false });
    };
  }
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokenOf = (sub: string): string => `h.${part({ sub })}.s`;

let service: FakeService;
let host: FakeHost;
let sockets: FakeSocket[];
let statuses: Status[];
let sessions: Sessions;
let storage: MemoryValues;
let refusedIdentities: Error[];
let connection: Connection;
let isWatched: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  service = new FakeService();
  host = new FakeHost();
  sockets = [];
  statuses = [];
  refusedIdentities = [];
  isWatched = true;
  storage = new MemoryValues();
  const api = new Api("https://shop.test/", "demo", service.fetcher);
  sessions = new Sessions(api, storage as unknown as PageValues, (error) => refusedIdentities.push(error));
  const around = { onStatus: (status: Status) => statuses.push(status), onSession: () => {}, isLively: () => isWatched, isOnline: () => true };
  connection = new Connection(api, sessions, host, around, () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
});

afterEach(() => {
  connection.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const hellos = (): unknown[] => sockets.map((socket) => socket.sentOf("hello")[0]);

async function begin(): Promise<FakeSocket> {
  connection.start();
  await pass(1);
  sockets[0]!.welcome();
  await pass(1);
  return sockets[0]!;
}

describe("the connection", () => {
  it("opens one session and keeps it over reconnects", async () => {
    const first = await begin();
    first.say(eventFrame(1));
    first.drop(1006);
    await pass(2_000);
    sockets[1]!.accept();
    expect(service.calls).toEqual(["POST sessions"]);
    expect(hellos()).toEqual([{ type: "hello", token: "t1", after_seq: 0 }, { type: "hello", token: "t1", after_seq: 1 }]);
  });

  it("comes back at once when the server is draining", async () => {
    (await begin()).drop(1012);
    await pass(200);
    expect(sockets).toHaveLength(2);
    expect(statuses).toEqual(["connecting", "online"]);
  });

  it("waits longer and longer while nothing answers, then says so", async () => {
    service.overrides["POST sessions"] = () => answer(503, { error: { code: "unavailable", message: "" } });
    isWatched = false;
    connection.start();
    await pass(60_000);
    expect(service.calls.length).toBeGreaterThan(4);
    expect(service.calls.length).toBeLessThan(12);
    expect(statuses.at(-1)).toBe("unreachable");
  });

  it("waits as long as it is told to when there were too many requests", async () => {
    service.overrides["POST sessions"] = () => answer(429, { error: { code: "rate_limited", message: "", retry_after_s: 30 } });
    connection.start();
    await pass(29_000);
    expect(service.calls).toHaveLength(1);
  });

  it("tries at once when asked to", async () => {
    service.overrides["POST sessions"] = () => answer(503, {});
    connection.start();
    await pass(30_000);
    const before = service.calls.length;
    connection.retryNow();
    await pass(1);
    expect(service.calls).toHaveLength(before + 1);
  });

  it("renews a session that has ended and opens another when it cannot", async () => {
    (await begin()).drop(4001);
    service.overrides["POST sessions"] = (body) => (body["token"] ? answer(401, { error: { code: "bad_session", message: "" } }) : answer(201, service.grant()));
    await pass(500);
    expect(service.calls).toEqual(["POST sessions", "POST sessions", "POST sessions"]);
    sockets[1]!.accept();
    expect(hellos()[1]).toMatchObject({ token: "t2" });
  });

  it("stops asking often when the page is not allowed", async () => {
    service.overrides["POST sessions"] = () => answer(403, { error: { code: "origin_not_allowed", message: "" } });
    connection.start();
    await pass(50_000);
    expect(service.calls).toHaveLength(1);
    expect(statuses.at(-1)).toBe("refused");
  });

  it("has one loop however often it is stopped and started", async () => {
    await begin();
    connection.stop();
    connection.start();
    connection.stop();
    connection.start();
    await pass(5_000);
    expect(sockets.filter(({ closed }) => !closed)).toHaveLength(1);
  });
});

describe("polling where sockets are blocked", () => {
  async function beginBlocked(): Promise<void> {
    connection.start();
    await pass(1);
    sockets[0]!.drop(1006);
    await pass(2_000);
    sockets[1]!.drop(1006);
    await pass(3_000);
  }

  it("fetches and sends over HTTP, without gap or repeat", async () => {
    service.events = [eventFrame(1), eventFrame(2)];
    host.write("m1");
    host.write("m2");
    await beginBlocked();
    await pass(3_000);
    expect(statuses.at(-1)).toBe("online");
    expect(host.acks.map(({ clientMsgId }) => clientMsgId)).toEqual(["m1", "m2"]);
    expect(host.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it("sends at once what is written", async () => {
    await beginBlocked();
    await pass(100);
    const before = service.calls.filter((call) => call === "POST messages").length;
    host.write("m1");
    connection.flush();
    await pass(5);
    expect(service.calls.filter((call) => call === "POST messages")).toHaveLength(before + 1);
  });

  it("tries a socket again after a while and stays with it", async () => {
    await beginBlocked();
    await pass(6_000);
    expect(sockets).toHaveLength(3);
    sockets[2]!.welcome();
    const before = service.calls.length;
    await pass(20_000);
    expect(service.calls).toHaveLength(before);
  });

  it("tries sockets ever less often where they stay blocked", async () => {
    await beginBlocked();
    for (let second = 0; second < 300; second++) {
      await pass(1_000);
      sockets.at(-1)!.drop(1006);
    }
    expect(sockets.length).toBeGreaterThan(4);
    expect(sockets.length).toBeLessThan(10);
  });

  it("goes back to sockets when HTTP fails as well: the service was away, not blocked", async () => {
    await beginBlocked();
    service.overrides["GET messages"] = () => answer(503, { error: { code: "unavailable", message: "" } });
    await pass(5_000);
    expect(sockets.length).toBeGreaterThan(2);
  });

  it("puts a refused message aside", async () => {
    service.overrides["POST messages"] = () => answer(422, { error: { code: "text_too_long", message: "", limit: 4000 } });
    host.write("m1");
    await beginBlocked();
    await pass(1_000);
    expect(host.refusals).toEqual([["m1", "text_too_long"]]);
  });
});

describe("a signed identity", () => {
  it("is exchanged for a session of its own, once", async () => {
    service.overrides["POST identify"] = (_body, token) => answer(200, service.grant({ identified: true, was: token }));
    sessions.identifyWith(() => tokenOf("rahima"));
    await begin();
    sockets[0]!.drop(1006);
    await pass(2_000);
    expect(service.calls).toEqual(["POST sessions", "POST identify"]);
    expect(sessions.stored).toMatchObject({ token: "t2", identified: true, subject: "rahima" });
  });

  it("is not exchanged again after a reload by the same person", async () => {
    service.overrides["POST identify"] = () => answer(200, service.grant({ identified: true }));
    sessions.identifyWith(() => tokenOf("rahima"));
    await begin();
    sessions.identifyWith(async () => tokenOf("rahima"));
    connection.restart();
    await pass(1_000);
    expect(service.calls.filter((call) => call === "POST identify")).toHaveLength(1);
  });

  it("that is refused leaves an anonymous chat that works", async () => {
    service.overrides["POST identify"] = () => answer(401, { error: { code: "bad_jwt", message: "exp: expired" } });
    sessions.identifyWith(() => tokenOf("rahima"));
    await begin();
    expect(refusedIdentities).toHaveLength(1);
    expect(sessions.stored).toMatchObject({ token: "t1", identified: false });
    expect(statuses.at(-1)).toBe("online");
  });

  it("that is refused never leaves the last customer's conversation open", async () => {
    service.overrides["POST identify"] = () => answer(200, service.grant({ identified: true }));
    sessions.identifyWith(() => tokenOf("rahima"));
    await begin();
    service.overrides["POST identify"] = () => answer(400, { error: { code: "bad_jwt", message: "" } });
    sessions.identifyWith(() => tokenOf("tanvir"));
    connection.restart();
    await pass(1_000);
    expect(sessions.stored).toMatchObject({ identified: false, subject: null });
  });

  it("that cannot be fetched now is tried again, not given up", async () => {
    let tries = 0;
    service.overrides["POST identify"] = () => answer(200, service.grant({ identified: true }));
    sessions.identifyWith(() => {
      if (++tries < 3) throw new TypeError("fetch failed");
      return tokenOf("rahima");
    });
    connection.start();
    await pass(10_000);
    expect(sessions.stored?.identified).toBe(true);
    expect(refusedIdentities).toEqual([]);
  });

  it("given while an earlier one is being exchanged is the one that counts", async () => {
    service.overrides["POST identify"] = () => answer(200, service.grant({ identified: true }));
    let hand: (token: string) => void = () => {};
    sessions.identifyWith(() => new Promise<string>((resolve) => (hand = resolve)));
    connection.start();
    await pass(10);
    sessions.identifyWith(() => tokenOf("tanvir"));
    connection.restart();
    hand(tokenOf("rahima"));
    await pass(10);
    expect(sessions.stored?.subject).toBe("tanvir");
    expect(sockets).toHaveLength(1);
  });

  it("given while a session is being opened is not forgotten", async () => {
    service.overrides["POST identify"] = () => answer(200, service.grant({ identified: true }));
    connection.start();
    sessions.identifyWith(() => tokenOf("rahima"));
    connection.restart();
    await pass(1_000);
    expect(sessions.stored?.identified).toBe(true);
  });
});
