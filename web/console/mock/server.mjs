// A stand-in for the gateway, to work on the console without the service: `npm run build && npm run dev`, then open the
// printed address and log in as farhana@, nusrat@ (supervisor) or admin@kotha.example with any password but "wrong".
// Everything is in memory. POST /mock/faults {"down", "drop", "say": {who, text}, "typing": who, "look": {who, agent}, "claim": {who, agent}}.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { randomBytes } from "node:crypto";
import { WebSocketServer } from "ws";
import { AGENTS, TEAMS, permissionsOf } from "./people.mjs";
import { counts, route, upload, whenCustomerTypes } from "./routes.mjs";
import { EDGES, Refused, append, attachments, changed, conversations, onChange, summary } from "./world.mjs";

const PORT = Number(process.env.PORT ?? 8098);
const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
/** The gateway's own policy for the console: nothing inline. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
};

const faults = { down: false, delay_ms: 40 };
const sessions = new Map(); // cookie -> {me, csrf, preferences}
const sockets = new Set(); // {socket, me, watched}

onChange((frame, conversation = null) => {
  for (const client of sockets) {
    if (conversation && !client.watched.has(conversation)) continue;
    client.say(frame.type === "counts" ? { type: "counts", counts: counts(client.me) } : frame);
  }
});
const toWatchers = (id, frame) => [...sockets].filter(({ watched }) => watched.has(id)).forEach((client) => client.say(frame));
whenCustomerTypes(({ id }) => toWatchers(id, { type: "typing", conversation: id, who: "customer", agent: null }));

const server = createServer(async (request, response) => {
  const { pathname, searchParams: query } = new URL(request.url, "http://mock");
  const raw = await readBody(request);
  const json = (status, value, headers = {}) =>
    response
      .writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers })
      .end(status === 204 ? undefined : JSON.stringify(value));
  const refuse = (status, code, more = {}) => json(status, { error: { code, message: code, ...more } });
  if (pathname === "/mock/faults") return json(200, applyFaults(JSON.parse(raw)));
  if (!pathname.startsWith("/api/console/")) return sendFile(pathname, response);
  if (faults.down) return request.socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, faults.delay_ms));
  const path = pathname.slice("/api/console/".length).split("/");
  const session = sessions.get(cookieOf(request));
  try {
    if (path[0] === "login") return logIn(JSON.parse(raw), json, refuse);
    if (!session) return refuse(401, "not_logged_in");
    if (request.method !== "GET" && request.headers["x-kotha-csrf"] !== session.csrf) return refuse(403, "bad_csrf");
    if (path[0] === "attachments") return attachment(request, path[1], raw, response, json);
    const body = raw.length ? JSON.parse(raw) : null;
    if (path[0] === "logout") return (sessions.delete(cookieOf(request)), json(204));
    if (path[0] === "me" && path[1] !== "slack") return json(path[1] === "password" ? 204 : 200, me(session, path[1], body));
    const answer = route(request.method, path, { me: session.me, body, query });
    return Array.isArray(answer) ? json(...answer) : json(200, answer);
  } catch (error) {
    if (error instanceof Refused) return refuse(error.status, error.code, error.more);
    console.error(error);
    return refuse(500, "internal");
  }
});

function logIn({ email, password }, json, refuse) {
  const agent = AGENTS.find((candidate) => candidate.email === email?.trim().toLowerCase());
  if (!agent || password === "wrong") return refuse(401, "bad_credentials");
  const session = {
    me: agent,
    csrf: randomBytes(16).toString("hex"),
    preferences: { language: "en", theme: "system", sound: true, notifications: false },
  };
  const cookie = randomBytes(16).toString("hex");
  agent.status = "available";
  sessions.set(cookie, session);
  return json(200, me(session), { "set-cookie": `kotha_agent=${cookie}; HttpOnly; SameSite=Strict; Path=/` });
}

function me(session, part, body) {
  if (part === "status") Object.assign(session.me, body);
  if (part === "preferences") Object.assign(session.preferences, body);
  const teams = TEAMS.filter(({ id }) => session.me.team_ids.includes(id));
  return {
    agent: session.me,
    csrf: session.csrf,
    permissions: permissionsOf(session.me.role),
    preferences: session.preferences,
    teams,
    server_time: new Date().toISOString(),
  };
}

function attachment(request, id, raw, response, json) {
  if (request.method === "GET") {
    const found = attachments.get(id);
    return response.writeHead(found ? 200 : 404, { "content-type": found?.meta.type ?? "text/plain" }).end(found?.body);
  }
  const head = raw.subarray(0, 600).toString("latin1");
  const type = /content-type: ([\w/+.-]+)/i.exec(head)?.[1] ?? "";
  if (!/^(image\/(png|jpeg|webp|gif)|application\/pdf)$/.test(type)) return json(415, { error: { code: "unsupported_type", message: type } });
  const start = raw.indexOf("\r\n\r\n") + 4;
  const body = raw.subarray(start, raw.lastIndexOf("\r\n--"));
  return json(201, upload({ name: Buffer.from(/filename="([^"]*)"/.exec(head)?.[1] ?? "file", "latin1").toString("utf8"), type, body }));
}

const byWho = (who) => [...conversations.values()].find(({ entry }) => entry?.ref === who);
function applyFaults(change) {
  for (const key of ["down", "delay_ms"]) if (key in change) faults[key] = change[key];
  if (change.drop || change.down) for (const { socket } of sockets) socket.terminate();
  if (change.logout) sessions.clear();
  if (change.say) append(byWho(change.say.who), { author: "customer", text: change.say.text });
  if (change.typing) toWatchers(byWho(change.typing).id, { type: "typing", conversation: byWho(change.typing).id, who: "customer", agent: null });
  if (change.claim) {
    EDGES.claim(byWho(change.claim.who), AGENTS[change.claim.agent]);
    changed(byWho(change.claim.who));
  }
  if (change.look) look(byWho(change.look.who), change.look.agent);
  if (change.alert)
    for (const client of sockets) client.say({ type: "alert", kind: change.alert.kind, conversation: summary(byWho(change.alert.who)) });
  return faults;
}

function look(conversation, index) {
  conversation.viewers.set(AGENTS[index].id, AGENTS[index]);
  toWatchers(conversation.id, { type: "viewers", conversation: conversation.id, viewers: [...conversation.viewers.values()] });
  toWatchers(conversation.id, { type: "typing", conversation: conversation.id, who: "agent", agent: AGENTS[index] });
}

function sendFile(pathname, response) {
  if (!pathname.startsWith("/console")) return response.writeHead(302, { location: "/console/" }).end();
  const file = join(DIST, normalize(pathname.slice("/console".length)));
  const found = file.startsWith(DIST) && existsSync(file) && statSync(file).isFile() ? file : join(DIST, "index.html");
  response.writeHead(200, { "content-type": TYPES[extname(found)] ?? "application/octet-stream", "content-security-policy": POLICY });
  createReadStream(found).pipe(response);
}

const cookieOf = (request) => /kotha_agent=(\w+)/.exec(request.headers.cookie ?? "")?.[1];

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

// The socket ---------------------------------------------------------------------------------

const upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => "kotha.console.v1" });
server.on("upgrade", (request, raw, head) => {
  const session = sessions.get(cookieOf(request));
  if (faults.down || !session) return raw.destroy();
  upgrades.handleUpgrade(request, raw, head, (socket) => converse(socket, session.me));
});

function converse(socket, agent) {
  const client = { socket, me: agent, watched: new Set(), say: (frame) => socket.send(JSON.stringify(frame)) };
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(client));
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data));
    if (frame.type === "hello") {
      sockets.add(client);
      client.say({ type: "welcome", agent, heartbeat_s: 20, gone_after_s: 90 });
      client.say({ type: "counts", counts: counts(agent) });
    }
    if (frame.type === "ping") client.say({ type: "pong" });
    if (frame.type === "unwatch") client.watched.delete(frame.conversation);
    if (frame.type !== "watch") return;
    client.watched.add(frame.conversation);
    for (const event of conversations.get(frame.conversation)?.events.slice(frame.after_seq) ?? [])
      client.say({ type: "event", conversation: frame.conversation, event });
  });
}

server.listen(PORT, "127.0.0.1", () => console.log(`mock service: http://127.0.0.1:${PORT}/console/`));
