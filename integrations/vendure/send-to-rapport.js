"use strict";

const answerLimitMs = 10_000;
const waitsMs = [1000, 2000, 4000, 8000];

/** An answer that says the same however often it is asked: trying again is no use. */
class Refused extends Error {}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref());

/**
 * Speaks to Rapport. `send` throws when there is no answer or Rapport asks for patience; it throws `Refused` when what was
 * sent is wrong and will stay wrong.
 */
function createRapport({ url, serverKey }) {
  const base = url.replace(/\/+$/, "");

  async function send(method, path, body) {
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${serverKey}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(answerLimitMs),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    // 401 and 403: the key is wrong, which somebody may put right; what waits is not lost.
    const isFinal = response.status >= 400 && response.status < 500 && ![401, 403, 408, 429].includes(response.status);
    throw new (isFinal ? Refused : Error)(`Rapport answered ${response.status}: ${text.slice(0, 300)}`);
  }

  return {
    send,
    /** A few tries with growing pauses; then it is for the job queue to come back to it. */
    async insist(method, path, body) {
      for (const waitMs of waitsMs) {
        try {
          return await send(method, path, body);
        } catch (error) {
          if (error instanceof Refused) throw error;
          await later(waitMs);
        }
      }
      return send(method, path, body);
    },
  };
}

module.exports = { createRapport, Refused };
