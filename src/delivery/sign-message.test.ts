import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { readSecret, secretOfBytes, signMessage } from "./sign-message.ts";

const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });

describe("signatures", () => {
  it("are the ones of the specification's example", () => {
    const secrets = [{ secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", validUntil: null }];
    expect(signMessage(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', 1_614_265_330_000)).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("are accepted by the published library under every secret in force, under no other, and not for another body", () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.jsonValue(), (a, b, c, data) => {
        const [newSecret, oldSecret, goneSecret] = [a, b, c].map(secretOfBytes) as [string, string, string];
        fc.pre(new Set([newSecret, oldSecret, goneSecret]).size === 3);
        const now = Date.now();
        const secrets = [
          { secret: newSecret, validUntil: null },
          { secret: oldSecret, validUntil: now + 1 },
          { secret: goneSecret, validUntil: now },
        ];
        const body = JSON.stringify({ data });
        const headers = signMessage(secrets, "msg_1", body, now);
        for (const secret of [newSecret, oldSecret]) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => new Webhook(goneSecret).verify(body, headers)).toThrow("No matching signature");
        expect(() => new Webhook(newSecret).verify(`${body} `, headers)).toThrow("No matching signature");
        expect(() => new Webhook(newSecret).verify(body, { ...headers, "webhook-id": "msg_2" })).toThrow("No matching signature");
      }),
    );
  });
});

describe("secrets", () => {
  it("of 24 to 64 bytes are taken as they are, others refused without being quoted", () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(readSecret(secretOfBytes(some))).toEqual({ ok: true, value: secretOfBytes(some) });
      }),
    );
    const short = secretOfBytes(new Uint8Array(23));
    const long = secretOfBytes(new Uint8Array(65));
    for (const text of [
      short,
      long,
      "",
      "whsec_",
      "secret",
      "whsec_not base64!",
      secretOfBytes(new Uint8Array(32)).slice(6),
      `${secretOfBytes(new Uint8Array(32))}=`,
    ]) {
      const read = readSecret(text);
      expect(read.ok, text).toBe(false);
      if (!read.ok && text.length > 7) expect(read.problem.detail).not.toContain(text.slice(7));
    }
  });
});
