// A stand-in for the gateway, to work on the widget and the demo page without the service:
// `npm run build && npm run dev`, then open the printed address. It keeps everything in memory.
// POST /mock/people {"do": "wait"|"join"|"type"|"say"|"edit"|"send"|"rate"|"leave", …} plays an agent (people.mjs).
// POST /mock/faults {"down": bool, "sockets": "open"|"blocked", "delay_ms": n, "drop": true, "read_only": bool}
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { randomBytes, randomUUID } from "node:crypto";
import { WebSocketServer } from "ws";
import { answerTo, HISTORY } from "./answers.mjs";
import { act, keepFile, kindOf, ownerOf, sendFileOf } from "./people.mjs";
import { PERSONAS, PRODUCTS } from "./shop.mjs";

const PORT = Number(process.env.PORT ?? 8099);
const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const PAGE_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };
const TEXT_LIMIT = 4000;
const FRAME_LIMIT = 16 * 1024;

const faults = { down: false, sockets: "open", delay_ms: 700, read_only: false };
const sessions = new Map(); // token -> { conversation, persona }
const conversations = new Map(); // id -> { id, events, sends, sockets, read, persona }
const customers = new Map(); // persona -> conversation
let shopper = null;

function newConversation(persona = null) {
  const conversation = { id: randomUUID(), events: [], sends: new Map(), sockets: new Set(), persona };
  conversations.set(conversation.id, conversation);
  return conversation;
}

function conversationOf(persona, current) {
  if (!customers.has(persona)) {
    const mine = current.persona === null ? current : newConversation();
    mine.persona = persona;
    customers.set(persona, mine);
    if (mine.events.length === 0) for (const past of HISTORY[persona] ?? []) append(mine, past);
  }
  return customers.get(persona);
}

function append(conversation, fields) {
  const event = {
    seq: conversation.events.length + 1,
    id: randomUUID(),
    at: new Date().toISOString(),
    author: "bot",
    text: null,
    client_msg_id: null,
    in_reply_to: null,
    buttons: [],
    card: null,
    language: null,
    agent: null,
    attachments: [],
    replaces: null,
    ...fields,
  };
  event.buttons = event.buttons.map((button) => (typeof button === "string" ? { id: randomBytes(16).toString("base64url"), title: button } : button));
  conversation.events.push(event);
  broadcast(conversation, { type: "event", ...event });
  return event;
}

function broadcast(conversation, frame) {
  for (const socket of conversation.sockets) socket.send(JSON.stringify(frame));
}

/** Stores one message; a repeat answers what the first one got. */
function accept(conversation, body) {
  const id = body.client_msg_id;
  if (!/^[0-9a-f-]{36}$/i.test(id ?? "")) return { error: "bad_client_msg_id" };
  const known = conversation.sends.get(id);
  if (known) return { ...known, duplicate: true };
  let text = body.text;
  if (body.choice) {
    text = conversation.events.flatMap((event) => event.buttons).find((button) => button.id === body.choice)?.title;
    if (!text) return { error: "unknown_choice" };
  }
  const attachments = (body.attachments ?? []).map((file) => conversation.files?.get(file)?.attachment);
  if (attachments.some((file) => !file)) return { error: "unknown_attachment" };
  if (attachments.length === 0 && (typeof text !== "string" || !text.trim())) return { error: "text_empty" };
  if ([...(text ?? "")].length > TEXT_LIMIT) return { error: "text_too_long", limit: TEXT_LIMIT };
  if (faults.read_only) return { error: "unavailable" };
  const event = append(conversation, { author: "customer", text: text ?? null, client_msg_id: id, attachments });
  const ack = { id: event.id, seq: event.seq, at: event.at };
  conversation.sends.set(id, ack);
  void reply(conversation, event);
  return { ...ack, duplicate: false };
}

async function reply(conversation, event) {
  await pause(faults.delay_ms / 3);
  broadcast(conversation, { type: "read", seq: event.seq });
  if (conversation.owner?.owner !== "agent") broadcast(conversation, { type: "typing", author: "bot" });
  await pause((faults.delay_ms * 2) / 3);
  if (conversation.owner?.owner === "agent") return;
  for (const fields of answerTo(event.text, conversation.persona)) append(conversation, { in_reply_to: event.id, ...fields });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// HTTP ---------------------------------------------------------------------------------------

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://mock");
  const isUpload = request.method === "POST" && pathname.endsWith("/attachments");
  const body = request.method === "POST" && !isUpload ? await readBody(request) : null;
  const json = (status, value) => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
    response.end(JSON.stringify(value));
  };
  if (pathname === "/mock/people") {
    for (const { conversation } of new Set(sessions.values())) act(conversation, body ?? {}, append, broadcast);
    return json(200, {});
  }
  if (pathname === "/mock/faults") return json(200, applyFaults(body ?? {}));
  if (pathname.startsWith("/api/web/")) return webChannel(pathname.split("/").slice(3), request, searchParams, body, json, response);
  if (pathname.startsWith("/demo/api/")) return demoApi(pathname.slice(10), body, json);
  if (pathname === "/") return response.writeHead(302, { location: "/demo/" }).end();
  sendFile(pathname, response);
});

async function webChannel([widget, route, id], request, query, body, json, response) {
  const refuse = (status, code, more = {}) => json(status, { error: { code, message: code, ...more } });
  if (faults.down) return refuse(503, "unavailable");
  if (widget !== "demo") return refuse(404, "unknown_widget");
  if (route === "sessions") {
    const known = sessions.get(body?.token);
    if (body?.token && !known) return refuse(401, "bad_session");
    return json(known ? 200 : 201, known ? grant(body.token, known) : newSession(newConversation()));
  }
  const token = (request.headers.authorization ?? "").replace("Bearer ", "");
  const session = sessions.get(token);
  if (!session) return refuse(401, "bad_session");
  if (route === "identify") {
    const persona = body.jwt?.split(".")[1] ? JSON.parse(Buffer.from(body.jwt.split(".")[1], "base64url")).sub : null;
    if (!PERSONAS.some(({ ref }) => ref === persona)) return refuse(400, "bad_jwt");
    sessions.delete(token);
    const old = session.conversation;
    const answer = newSession(conversationOf(persona, old));
    for (const socket of old.sockets) socket.close(4001);
    return json(200, answer);
  }
  if (route === "attachments") {
    if (id) return sendFileOf(session.conversation, id, response, refuse);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    await pause(faults.delay_ms);
    return kindOf(raw) ? json(201, keepFile(session.conversation, raw)) : refuse(415, "unsupported_type");
  }
  if (request.method === "POST") {
    const result = accept(session.conversation, body ?? {});
    if (result.error) return refuse(result.error === "unavailable" ? 503 : 422, result.error, result);
    return json(result.duplicate ? 200 : 201, result);
  }
  const after = Number(query.get("after_seq") ?? 0);
  const { id: conversation, events } = session.conversation;
  json(200, { ...ownerOf(session.conversation), conversation, events: events.slice(after, after + Number(query.get("limit") ?? 200)), last_seq: events.length });
}

function newSession(conversation) {
  const token = randomBytes(32).toString("base64url");
  sessions.set(token, { conversation });
  return grant(token, sessions.get(token));
}

function grant(token, { conversation }) {
  const persona = PERSONAS.find(({ ref }) => ref === conversation.persona);
  return {
    token,
    expires_at: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    conversation: conversation.id,
    identified: !!persona,
    customer: customerOf(persona),
  };
}

function customerOf(persona) {
  return persona ? { name: persona.name.split(" ")[0], name_bn: persona.name_bn.split(" ")[0] } : null;
}

function demoApi(route, body, json) {
  if (route === "products") return json(200, { products: PRODUCTS });
  if (route === "personas") return json(200, { personas: PERSONAS });
  if (route === "login") {
    shopper = PERSONAS.find(({ ref }) => ref === body.persona) ?? null;
    return shopper ? json(200, { persona: shopper.ref }) : json(404, { error: { code: "unknown_persona", message: "" } });
  }
  if (route === "logout") shopper = null;
  if (route === "identity" && !shopper) return json(401, { error: { code: "not_logged_in", message: "" } });
  if (route === "identity") return json(200, { jwt: unsignedToken(shopper.ref), persona: shopper.ref });
  json(200, {});
}

/** Shaped like the real thing; this stand-in checks no signature. */
function unsignedToken(sub) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", kid: "mock" })}.${part({ sub, aud: "demo", exp: Date.now() / 1000 + 600 })}.mock`;
}

function applyFaults(change) {
  Object.assign(faults, change);
  if (change.say) for (const { conversation } of sessions.values()) append(conversation, { text: change.say, author: change.as ?? "bot" });
  if (change.drop || change.down || change.sockets === "blocked") {
    for (const { sockets } of conversations.values()) for (const socket of sockets) socket.terminate();
  }
  return faults;
}

function sendFile(pathname, response) {
  const wanted = pathname === "/widget/kotha.js" ? "kotha.js" : pathname.endsWith("/") ? `${pathname}index.html` : pathname;
  const file = join(DIST, normalize(wanted));
  if (!file.startsWith(DIST) || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end("not found");
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": PAGE_POLICY });
  createReadStream(file).pipe(response);
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return null;
  }
}

// The socket ---------------------------------------------------------------------------------

const sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_LIMIT, handleProtocols: () => "kotha.v1" });

server.on("upgrade", (request, raw, head) => {
  if (faults.down || faults.sockets === "blocked") return raw.destroy();
  sockets.handleUpgrade(request, raw, head, (socket) => converse(socket));
});

function converse(socket) {
  let session = null;
  const say = (frame) => socket.send(JSON.stringify(frame));
  socket.on("error", () => {});
  socket.on("close", () => session?.conversation.sockets.delete(socket));
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data));
    if (frame.type === "hello") {
      session = sessions.get(frame.token) ?? null;
      if (!session) return say({ type: "error", code: "bad_session", message: "" }), socket.close(1008);
      const { conversation } = session;
      const persona = PERSONAS.find(({ ref }) => ref === conversation.persona);
      say({ type: "welcome", conversation: conversation.id, last_seq: conversation.events.length, identified: !!persona, customer: customerOf(persona), heartbeat_s: 30, ...ownerOf(conversation) });
      for (const event of conversation.events.slice(frame.after_seq)) say({ type: "event", ...event });
      return conversation.sockets.add(socket);
    }
    if (frame.type === "ping") return say({ type: "pong" });
    if (frame.type !== "send" || !session) return;
    const result = accept(session.conversation, frame);
    if (result.error) return say({ type: "error", message: "", client_msg_id: frame.client_msg_id, code: result.error });
    say({ type: "ack", client_msg_id: frame.client_msg_id, ...result });
  });
}

server.listen(PORT, "127.0.0.1", () => console.log(`mock service: http://127.0.0.1:${PORT}/demo/`));
