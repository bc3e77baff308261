// The stand-in's agent and its files: what a person at the console would do, on request.
import { randomUUID } from "node:crypto";

const FARHANA = { name: "Farhana Islam", name_bn: "ফারহানা ইসলাম" };
const BOT = { owner: "bot", agent: null, waiting: false };
const BEGINNINGS = [
  ["image/png", "89504e47"],
  ["image/jpeg", "ffd8ff"],
  ["image/gif", "47494638"],
  ["application/pdf", "25504446"],
];

export const ownerOf = (conversation) => conversation.owner ?? BOT;

/** `wanted`: {"do": …, "text", "language"} for one conversation. */
export function act(conversation, wanted, append, broadcast) {
  const own = (owner) => broadcast(conversation, { type: "owner", ...(conversation.owner = owner) });
  const isBn = wanted.language === "bn";
  const name = isBn ? FARHANA.name_bn : FARHANA.name;
  switch (wanted.do) {
    case "wait":
      return own({ ...BOT, waiting: true });
    case "join":
      append(conversation, { author: "system", text: isBn ? `${name} কথোপকথনে যোগ দিয়েছেন।` : `${name} has joined the conversation.` });
      return own({ owner: "agent", agent: FARHANA, waiting: false });
    case "type":
      return broadcast(conversation, { type: "typing", author: "agent" });
    case "say":
      conversation.said = append(conversation, { author: "agent", agent: FARHANA, text: wanted.text }).id;
      return;
    case "edit":
      return append(conversation, { author: "agent", agent: FARHANA, text: wanted.text, replaces: conversation.said });
    case "send": {
      const attachments = [...(conversation.files?.values() ?? [])].slice(-1).map(({ attachment }) => attachment);
      return append(conversation, { author: "agent", agent: FARHANA, text: wanted.text ?? null, attachments });
    }
    case "leave":
      append(conversation, { author: "system", text: isBn ? `${name} কথোপকথনটি শেষ করেছেন। যেকোনো সময় এখানে লিখতে পারেন।` : `${name} has closed this conversation. Write here any time and it goes on.` });
      return own(BOT);
    case "rate": {
      const text = isBn ? `আমাদের সঙ্গে কথা বলার জন্য ধন্যবাদ। ${name}-এর সঙ্গে কেমন লাগল?` : `Thank you for talking with us. How was it with ${name}?`;
      const card = { type: "rating", survey: randomUUID(), about: "agent", agent: FARHANA, scale: 5, rating: null };
      return append(conversation, { author: "system", text, card, buttons: ["1", "2", "3", "4", "5"] });
    }
  }
}

/** The file inside a multipart body of one part. */
function fileIn(raw) {
  const start = raw.indexOf("\r\n\r\n") + 4;
  const end = raw.lastIndexOf("\r\n--");
  const name = /filename="([^"]*)"/.exec(raw.subarray(0, start).toString("utf8"))?.[1] ?? "file";
  return { name, data: raw.subarray(start, end) };
}

export function kindOf(raw) {
  const { data } = fileIn(raw);
  return BEGINNINGS.find(([, beginning]) => data.subarray(0, 8).toString("hex").startsWith(beginning))?.[0] ?? null;
}

export function keepFile(conversation, raw) {
  const { name, data } = fileIn(raw);
  const type = kindOf(raw);
  const isPng = type === "image/png" && data.length > 24;
  const attachment = {
    id: randomUUID(),
    name,
    type,
    size: data.length,
    width: isPng ? data.readUInt32BE(16) : null,
    height: isPng ? data.readUInt32BE(20) : null,
  };
  (conversation.files ??= new Map()).set(attachment.id, { attachment, data });
  return attachment;
}

export function sendFileOf(conversation, id, response, refuse) {
  const file = conversation.files?.get(id);
  if (!file) return refuse(404, "unknown_attachment");
  response.writeHead(200, { "content-type": file.attachment.type, "x-content-type-options": "nosniff" });
  response.end(file.data);
}
