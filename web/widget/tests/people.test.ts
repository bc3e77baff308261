import { describe, expect, it } from "vitest";
import { Locale } from "../src/i18n";
import { sendBody } from "../src/net/api";
import { initialsOf, nameOf } from "../src/text/names";
import { sizeOf } from "../src/text/size";
import { shownSize } from "../src/view/files";
import { makeAttachment } from "./factories";

const en = new Locale("en");
const bn = new Locale("bn");

describe("people", () => {
  it("are called as the interface's language writes them", () => {
    const person = { name: "Farhana Islam", nameBn: "ফারহানা ইসলাম" };
    expect([nameOf(person, en), nameOf(person, bn)]).toEqual(["Farhana Islam", "ফারহানা ইসলাম"]);
    expect(nameOf({ name: "Tanvir", nameBn: null }, bn)).toBe("Tanvir");
    expect(nameOf(null, en)).toBeNull();
  });

  it.each([["Farhana Islam", "FI"], ["Md. Abdul Karim", "MK"], ["tanvir", "T"], ["ফারহানা ইসলাম", "ফা"], ["", ""]])("have initials: %s", (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe("files", () => {
  it("say how large they are", () => {
    expect([sizeOf(10, en), sizeOf(204_800, en), sizeOf(1_600_000, en), sizeOf(204_800, bn)]).toEqual(["1 KB", "200 KB", "1.5 MB", "২০০ কেবি"]);
  });

  it("have their place on the screen before they are there", () => {
    expect(shownSize(4000, 3000)).toEqual({ width: 240, height: 180 });
    expect(shownSize(100, 50)).toEqual({ width: 100, height: 56 });
    expect(shownSize(3000, 20)).toEqual({ width: 240, height: 56 });
  });

  it("go with a text or alone", () => {
    const message = { clientMsgId: "m", text: "", choice: null, attachments: [makeAttachment("a"), makeAttachment("b")] };
    expect(sendBody(message)).toEqual({ client_msg_id: "m", text: null, attachments: ["a", "b"] });
    expect(sendBody({ ...message, text: "look" })).toMatchObject({ text: "look" });
    expect(sendBody({ ...message, text: "hi", attachments: [] })).toEqual({ client_msg_id: "m", text: "hi" });
  });
});
