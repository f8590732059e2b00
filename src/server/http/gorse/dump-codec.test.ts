import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId } from "#domain/ids.ts";
import { decodeFeedbackMessage, encodeFeedbackMessage } from "./dump-codec.ts";
import { bytesField, doubleField, textField, varintField } from "./protobuf.ts";

const at = { ms: Date.UTC(2026, 0, 2), nanos: 0 };
const feedback = { feedbackType: "read", userId: "u", itemId: "i" as ItemId, value: 2, at, labels: "null", comment: "", updatedAt: at };

describe("a comment of feedback in a dump", () => {
  // Short texts are protobuf by accident; some are the protobuf of a time.
  const timeLike = fc.tuple(fc.constantFrom("\b", "\u0010"), fc.integer({ min: 0, max: 0x7f })).map(([key, byte]) => key + String.fromCharCode(byte));
  const comment = fc.oneof(
    timeLike,
    fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.toWellFormed()),
  );

  it("comes out as it went in, whatever it reads as, with a value and without", () => {
    fc.assert(
      fc.property(comment, fc.constantFrom(0, 2), (text, value) => {
        const decoded = decodeFeedbackMessage(encodeFeedbackMessage({ ...feedback, value, comment: text }));
        expect(decoded).toMatchObject({ json: { Comment: text, Value: value }, at });
      }),
    );
  });

  it("is found where older versions of Gorse put it", () => {
    const time = Buffer.concat([varintField(1, BigInt(at.ms / 1000))]);
    const names = [textField(2, "read"), textField(3, "u"), textField(4, "i")];
    for (const text of ["\u0010k", "fine"]) {
      const old = Buffer.concat([...names, bytesField(5, time), textField(6, text)]);
      expect(decodeFeedbackMessage(old)).toMatchObject({ json: { Comment: text, Value: 0 }, at });
      const today = Buffer.concat([...names, doubleField(5, 3), bytesField(6, time), textField(7, text)]);
      expect(decodeFeedbackMessage(today)).toMatchObject({ json: { Comment: text, Value: 3 }, at });
    }
  });
});
