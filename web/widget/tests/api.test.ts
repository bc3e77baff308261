import { describe, expect, it } from "vitest";
import { Api, RefusedError } from "../src/net/api";

function answering(status: number, body: unknown) {
  const calls: { url: string; body: unknown; token: string | undefined }[] = [];
  const fetcher = (async (url: string, request: RequestInit) => {
    const headers = request.headers as Record<string, string>;
    calls.push({ url, body: JSON.parse(String(request.body)), token: headers["Authorization"] });
    return new Response(JSON.stringify(body), { status });
  }) as unknown as typeof fetch;
  return { api: new Api("https://chat.example/", "demo", fetcher), calls };
}

describe("the ways into a messenger", () => {
  const telegram = { channel: "telegram", account: "1", name: "@shop_bot", url: "https://t.me/shop_bot?start=x", type: null };
  const slack = { channel: "slack", account: "T1", name: "Shop", url: null, type: "/kotha link 7H3K-9QDX" };

  it("are asked for with the session's token", async () => {
    const { api, calls } = answering(201, { code: "7H3K-9QDX", channels: [telegram, slack] });
    expect((await api.waysIn("tok")).map(({ url, type }) => url ?? type)).toEqual([telegram.url, slack.type]);
    expect(calls).toEqual([{ url: "https://chat.example/api/web/demo/links", body: {}, token: "Bearer tok" }]);
  });

  it("never run a script", async () => {
    const { api } = answering(201, { channels: [{ ...telegram, url: "javascript:alert(1)" }] });
    expect(await api.waysIn("tok")).toEqual([]);
  });
});

describe("the link to an invoice", () => {
  it("is asked for with the session's token and leads to the service", async () => {
    const { api, calls } = answering(201, { path: "/documents/abc-DEF_1", expires_at: "t" });
    expect(await api.linkInvoice("tok", "KT-1", "bn")).toBe("https://chat.example/documents/abc-DEF_1");
    expect(calls).toEqual([{ url: "https://chat.example/api/web/demo/documents", body: { order_number: "KT-1", language: "bn" }, token: "Bearer tok" }]);
  });

  it.each(["https://evil.example/", "//evil.example/documents/a", "/documents/../x", "/demo/", "javascript:alert(1)", 5, null])("never leads elsewhere: %s", async (path) => {
    const { api } = answering(201, { path });
    await expect(api.linkInvoice("tok", "KT-1", "en")).rejects.toThrow(RefusedError);
  });

  it("is refused to who is not the customer", async () => {
    const { api } = answering(401, { error: { code: "not_logged_in", message: "Identify the session first." } });
    await expect(api.linkInvoice("tok", "KT-1", "en")).rejects.toMatchObject({ status: 401 });
  });
});
