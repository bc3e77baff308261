import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, LostError } from "../src/api/http";
import { Outbox, type Sent, type Unsent } from "../src/conversation/outbox";
import { makeEvent } from "./factories";
import { pass } from "./fakes";

let answers: (Sent | Error)[];
let tried: Unsent[];
let sent: Unsent[];

const send = (message: Unsent): Promise<Sent> => {
  tried.push(message);
  const answer = answers.shift() ?? { event: makeEvent(tried.length, { client_msg_id: message.clientMsgId }), duplicate: false };
  return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
};
const open = (): Outbox => new Outbox("unsent:", localStorage, send, (message) => sent.push(message));

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  tried = [];
  sent = [];
});

describe("the outbox", () => {
  it("sends in the order of writing, one after the other", async () => {
    const outbox = open();
    outbox.add("c1", "one");
    outbox.add("c1", "two");
    expect(tried.map(({ text }) => text)).toEqual(["one"]);
    await pass(0);
    expect(sent.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(outbox.all).toEqual([]);
    expect(localStorage.length).toBe(0);
  });

  it("tries again with the same id when the connection was lost", async () => {
    answers = [new LostError("no network")];
    open().add("c1", "hello");
    await pass(1_000);
    expect(tried).toHaveLength(2);
    expect(new Set(tried.map(({ clientMsgId }) => clientMsgId)).size).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it("keeps what was not sent over a reload", async () => {
    answers = [new LostError("no network")];
    const before = open();
    before.add("c1", "hello");
    await pass(0);
    before.stop();
    const after = open();
    expect(after.all.map(({ text }) => text)).toEqual(["hello"]);
    after.flushAll();
    await pass(0);
    expect(sent.map(({ text }) => text)).toEqual(["hello"]);
  });

  it("stops at a definite refusal and leaves the decision to the agent", async () => {
    answers = [new ApiError(409, "not_yours")];
    const outbox = open();
    const { clientMsgId } = outbox.add("c1", "hello");
    await pass(60_000);
    expect(tried).toHaveLength(1);
    expect(outbox.all[0]?.refused).toBe("not_yours");
    outbox.retry(clientMsgId);
    await pass(0);
    expect(sent).toHaveLength(1);
  });

  it("does not hold up another conversation", async () => {
    answers = [new LostError("no network")];
    const outbox = open();
    outbox.add("c1", "stuck");
    outbox.add("c2", "free");
    await pass(0);
    expect(sent.map(({ text }) => text)).toEqual(["free"]);
  });

  it.each([500, 503, 429, 401])("counts an answer %i as passing", async (status) => {
    answers = [new ApiError(status, "whatever")];
    const outbox = open();
    outbox.add("c1", "hello");
    await pass(0);
    expect(outbox.all[0]?.refused).toBeNull();
  });

  it("forgets what the agent throws away", async () => {
    answers = [new ApiError(422, "text_too_long")];
    const outbox = open();
    const { clientMsgId } = outbox.add("c1", "hello");
    await pass(0);
    outbox.remove(clientMsgId);
    expect(open().all).toEqual([]);
  });

  it("overlooks what somebody else left in the storage", () => {
    localStorage.setItem("unsent:x", "{broken");
    localStorage.setItem("unsent:y", '{"text": 1}');
    expect(open().all).toEqual([]);
  });
});
