import { describe, expect, it } from "vitest";
import { bodyOf, isComplete, valuesOf } from "../src/actions/action-fields";
import { localInput, snoozeChoices } from "../src/actions/snooze-times";
import { unknownVariables } from "../src/settings/canned-variables";
import { areHoursSound } from "../src/settings/hours";
import { hueOf, initials } from "../src/ui/avatar";

describe("a customer action", () => {
  it("shows money in whole units and sends minor ones", () => {
    const values = valuesOf({ order_number: "KT-1", amount: 6000 });
    expect(values["amount"]).toBe("60");
    expect(bodyOf("refund", { ...values, reason: "late" })).toEqual({ order_number: "KT-1", amount: 6000, reason: "late" });
  });

  it("refunds everything when no amount is given", () => {
    expect(bodyOf("refund", { order_number: "KT-1", amount: "", reason: "late" })["amount"]).toBeNull();
  });

  it("nests the address", () => {
    const body = bodyOf("change_address", { order_number: "KT-1", line: "House 1", area: "Banani", city: "Dhaka" });
    expect(body).toEqual({ order_number: "KT-1", address: { line: "House 1", area: "Banani", city: "Dhaka", postcode: null, phone: null } });
  });

  it("is complete when everything required is there", () => {
    expect(isComplete("refund", { order_number: "KT-1" })).toBe(false);
    expect(isComplete("refund", { order_number: "KT-1", reason: "late" })).toBe(true);
    expect(isComplete("close_ticket", { ticket_number: "TK-1" })).toBe(true);
  });
});

describe("snoozing", () => {
  it("offers this evening only while it is some way off", () => {
    const keys = (hour: number): string[] => snoozeChoices(new Date(2026, 10, 21, hour)).map(({ key }) => key);
    expect(keys(10)).toEqual(["hour", "evening", "tomorrow", "week"]);
    expect(keys(17)).toEqual(["hour", "tomorrow", "week"]);
  });

  it("speaks the field's own clock", () => {
    expect(localInput(new Date(2026, 10, 21, 9, 5))).toBe("2026-11-21T09:05");
  });
});

describe("business hours", () => {
  it("end after they begin and do not overlap", () => {
    expect(
      areHoursSound({
        "0": [
          ["09:00", "13:00"],
          ["14:00", "21:00"],
        ],
        "4": [],
      }),
    ).toBe(true);
    expect(areHoursSound({ "0": [["13:00", "09:00"]] })).toBe(false);
    expect(
      areHoursSound({
        "0": [
          ["09:00", "15:00"],
          ["14:00", "21:00"],
        ],
      }),
    ).toBe(false);
  });
});

describe("a canned reply", () => {
  it("names the variables it does not know", () => {
    expect(unknownVariables("Hi {customer.name}, {order.colour} {moon}")).toEqual(["order.colour", "moon"]);
  });
});

describe("a face", () => {
  it("has the first letters of the name, without titles, Bengali ones with their signs", () => {
    expect(initials("Md. Tanvir Ahmed")).toBe("TA");
    expect(initials("Rahima")).toBe("R");
    expect(initials("রহিমা খাতুন")).toBe("রখা");
  });

  it("always has the same colour", () => {
    expect(hueOf("abc")).toBe(hueOf("abc"));
  });
});
