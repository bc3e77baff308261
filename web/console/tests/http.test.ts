import { describe, expect, it, vi } from "vitest";
import { ApiError, Http, isPassing, LostError, queryString } from "../src/api/http";
import { jsonAnswer } from "./fakes";

function answering(response: Response | Error): { http: Http; fetch: ReturnType<typeof vi.fn> } {
  const fetch = vi.fn(() => (response instanceof Error ? Promise.reject(response) : Promise.resolve(response)));
  vi.stubGlobal("fetch", fetch);
  return { http: new Http(), fetch };
}

describe("a request", () => {
  it("carries the CSRF token when it changes something", async () => {
    const { http, fetch } = answering(jsonAnswer(200, {}));
    http.csrf = "token";
    await http.post("/me", { a: 1 });
    expect(fetch.mock.calls[0]?.[1].headers).toMatchObject({ "x-kotha-csrf": "token", "content-type": "application/json" });
    expect(http.headers("GET")).not.toHaveProperty("x-kotha-csrf");
  });

  it("turns a refusal into its code and details", async () => {
    const { http } = answering(jsonAnswer(409, { error: { code: "already_claimed", message: "…", by: { name: "Imran" } } }));
    const error = await http.get("/x").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 409, code: "already_claimed", details: { by: { name: "Imran" } } });
  });

  it("tells when the session is over, and not at a wrong password", async () => {
    const { http } = answering(jsonAnswer(401, { error: { code: "not_logged_in" } }));
    http.onLoggedOut = vi.fn();
    await http.get("/x").catch(() => {});
    expect(http.onLoggedOut).toHaveBeenCalledOnce();
    vi.stubGlobal("fetch", () => Promise.resolve(jsonAnswer(401, { error: { code: "bad_credentials" } })));
    await http.post("/login").catch(() => {});
    expect(http.onLoggedOut).toHaveBeenCalledOnce();
  });

  it("is lost without a network, and when something else than the gateway answers", async () => {
    await expect(answering(new TypeError("offline")).http.get("/x")).rejects.toBeInstanceOf(LostError);
    await expect(answering(new Response("<html>", { status: 200 })).http.get("/x")).rejects.toBeInstanceOf(LostError);
    await expect(answering(new Response("<html>", { status: 502 })).http.get("/x")).rejects.toMatchObject({ code: "http_502" });
  });

  it("answers null to 204", async () => {
    await expect(answering(jsonAnswer(204, null)).http.post("/logout")).resolves.toBeNull();
  });

  it("leaves out of the address what is not given", () => {
    expect(queryString({ view: "queue", team: null, label: undefined, q: "রহিমা", cursor: "" })).toBe(`?view=queue&q=${encodeURIComponent("রহিমা")}`);
  });
});

describe("an error", () => {
  it("passes when another try may help", () => {
    expect(isPassing(new LostError())).toBe(true);
    expect(isPassing(new ApiError(503, "unavailable"))).toBe(true);
    expect(isPassing(new ApiError(409, "not_yours"))).toBe(false);
  });
});
