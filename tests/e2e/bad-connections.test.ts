import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorReply } from "#server/contract/errors.ts";
import { type RunningServer, startServer } from "#server/start-server.ts";
import { tempFolder } from "../support/temp-folder.ts";

// What never becomes a request: the server answers it as it answers everything else, and goes on.

const folder = tempFolder("connections");
let server: RunningServer;
beforeAll(async () => {
  server = await startServer(
    { dataFolder: folder.path, databaseUrl: undefined, host: "127.0.0.1", port: 0, demo: false, logLevel: "silent" },
    () => {},
  );
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

/** Sends bytes and gives back all that comes until the server hangs up. */
async function exchange(bytes: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
  socket.setTimeout(10_000, () => socket.destroy());
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  // A server may close on us while we still write.
  socket.on("error", () => {});
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}

describe("bad connections", () => {
  it.each([
    ["words that are not HTTP", "HELLO canary@shop.example\r\n\r\n", 400],
    ["a header without end", `GET /health HTTP/1.1\r\nhost: a\r\nx-long: ${"canary".repeat(10_000)}\r\n\r\n`, 431],
    ["bytes of another protocol", Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]), 400],
  ])("%s", async (_title, bytes, status) => {
    const answer = await exchange(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).not.toContain("canary");
    expect((await fetch(`${server.address}/health`)).status).toBe(200);
    const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as ErrorReply;
    expect(Object.keys(body.error).sort()).toEqual(["code", "detail", "message", "remedy"]);
  });

  it("a client that hangs up in the middle harms nobody", async () => {
    for (let round = 0; round < 20; round++) {
      const socket = connect(Number(new URL(server.address).port), "127.0.0.1");
      socket.on("error", () => {});
      socket.write('POST /v1/batch HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"batch":[');
      await once(socket, "connect");
      socket.destroy();
      await once(socket, "close");
    }
    expect((await fetch(`${server.address}/health`)).status).toBe(200);
  });

  it("bytes that are not UTF-8 are not taken for text, however they are framed", async () => {
    const body = Buffer.concat([Buffer.from('{"surface":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const framed = [
      Buffer.concat([Buffer.from(`content-length: ${body.length}\r\nconnection: close\r\n\r\n`), body]),
      Buffer.concat([
        Buffer.from(`transfer-encoding: chunked\r\nconnection: close\r\n\r\n${body.length.toString(16)}\r\n`),
        body,
        Buffer.from("\r\n0\r\n\r\n"),
      ]),
    ];
    for (const rest of framed) {
      const answer = await exchange(
        Buffer.concat([Buffer.from("POST /v1/recommendations HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"), rest]),
      );
      expect(answer).toContain("BODY_NOT_JSON");
    }
  });
});
