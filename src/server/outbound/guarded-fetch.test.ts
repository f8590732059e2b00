import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ProblemError } from "#domain/problem.ts";
import type { Lookup } from "./check-destination.ts";
import { createGuardedFetch } from "./guarded-fetch.ts";
import { parseOutboundAllow } from "./outbound-allow.ts";

const open: Server[] = [];
async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const limits = { maxBytes: 1000, timeoutMs: 2000, maxRedirects: 3 };
const nowhere: Lookup = async () => {
  throw new Error("no such host");
};
const answering =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
const fetchWith = (allow: string, options: Partial<Parameters<typeof createGuardedFetch>[0]> = {}) =>
  createGuardedFetch({ allow: parseOutboundAllow(allow), lookup: nowhere, ...limits, ...options });

async function problemOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problem;
}

describe("an address that somebody else has chosen", () => {
  it.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://127.0.0.1./",
    "http://１２７.０.０.１/",
    "http://①②⑦.0.0.1/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://10.0.0.1:8080/",
    "http://100.100.100.200/",
  ])("%s is refused without a connection", async (url) => {
    expect((await problemOf(fetchWith("")(url))).code).toBe("OUTBOUND_REFUSED");
  });

  it.each([
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "data:text/plain,x",
    "javascript:1",
    "//example.com",
    "example.com",
    "",
    "http://",
  ])("%j is no web address", async (url) => {
    expect((await problemOf(fetchWith("", { lookup: answering("93.184.216.34") })(url))).code).toBe("OUTBOUND_REFUSED");
  });

  it("with a user name, a strange port or too many characters is refused", async () => {
    const call = fetchWith("", { lookup: answering("93.184.216.34") });
    expect((await problemOf(call("https://user:secret@example.com/"))).detail).toBe("url holds a user name or password");
    expect((await problemOf(call("https://example.com:22/"))).detail).toBe("port 22");
    expect((await problemOf(call(`https://example.com/${"x".repeat(3000)}`))).code).toBe("OUTBOUND_REFUSED");
    const httpsOnly = fetchWith("", { lookup: answering("93.184.216.34"), requireHttps: true });
    expect((await problemOf(httpsOnly("http://example.com/"))).detail).toBe("url is not https");
  });

  it("that resolves into the house, whatever it is called, is told the same as one that does not exist", async () => {
    const none = await problemOf(fetchWith("")("https://db.internal/"));
    for (const address of ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "::ffff:192.168.0.1"])
      for (const host of ["localhost", "localhost.", "LOCALHOST", "rebind.example", "bücher.example"])
        expect(await problemOf(fetchWith("", { lookup: answering(address) })(`https://${host}/`))).toEqual(none);
    expect(none.code).toBe("OUTBOUND_REFUSED");
  });

  it("is never connected to outside the allow-list (property)", async () => {
    const resolved: string[] = [];
    const lookup: Lookup = async (host) => {
      resolved.push(host);
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const url = fc.oneof(
      fc.webUrl({ withQueryParameters: true }),
      fc
        .ipV4Extended()
        .map((host) => `http://${host}/`)
        .filter((text) => URL.parse(text) !== null),
    );
    await fc.assert(
      fc.asyncProperty(url, async (text) => {
        // Literal public addresses would really be called.
        fc.pre(!/^\d+\.\d+\.\d+\.\d+$/.test(new URL(text).hostname));
        return (await problemOf(fetchWith("", { lookup })(text))).code === "OUTBOUND_REFUSED";
      }),
    );
  });
});

describe("the operator's allow-list", () => {
  it("opens an address, a range, a name, and no more", async () => {
    const port = await listen((_request, reply) => reply.end("hello"));
    const url = `http://127.0.0.1:${port}/`;
    for (const allow of ["127.0.0.1", `127.0.0.1:${port}`, "127.0.0.0/8", ` 10.0.0.0/8 , 127.0.0.1 `])
      expect(await (await fetchWith(allow)(url)).text()).toBe("hello");
    for (const allow of [`127.0.0.1:${port + 1}`, "10.0.0.0/8", "localhost", "::1", "[::1]:80"])
      expect((await problemOf(fetchWith(allow)(url))).code).toBe("OUTBOUND_REFUSED");
    const lookup = answering("127.0.0.1");
    expect(await (await fetchWith("shop.intern", { lookup })(`http://SHOP.intern.:${port}/`)).text()).toBe("hello");
    expect(await (await fetchWith("127.0.0.1", { lookup })(`http://shop.intern:${port}/`)).text()).toBe("hello");
    expect((await problemOf(fetchWith("shop.intern:80", { lookup })(`http://shop.intern:${port}/`))).code).toBe("OUTBOUND_REFUSED");
  });

  it.each(["http://x/", "a b", "10.0.0.0/33", "x:99999", "user@x", "x/path", "?"])("%j is told as a mistake", (text) => {
    expect(() => parseOutboundAllow(text)).toThrow("OPTION_INVALID");
  });
});

describe("the connection", () => {
  it("goes to what was checked, though the name means something else a moment later", async () => {
    const port = await listen((request, reply) => reply.end(request.headers.host));
    let asked = 0;
    const lookup: Lookup = async () => [{ address: asked++ === 0 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
    const reply = await fetchWith("127.0.0.1", { lookup })(`http://rebind.example:${port}/`);
    expect(await reply.text()).toBe(`rebind.example:${port}`);
    expect(asked).toBe(1);
  });

  it("uses only the public ones of several addresses", async () => {
    const port = await listen((_request, reply) => reply.end("in"));
    const lookup = answering("10.0.0.1", "127.0.0.1");
    expect(await (await fetchWith("127.0.0.1", { lookup })(`http://mixed.example:${port}/`)).text()).toBe("in");
  });

  it("checks each redirect again, and follows only so many", async () => {
    const seen: IncomingMessage[] = [];
    const port: number = await listen((request, reply) => {
      seen.push(request);
      const to: Record<string, string> = {
        "/in": "http://169.254.169.254/",
        "/loop": "/loop",
        "/ok": "/end",
        "/other": `http://other.example:${port}/end`,
        "/file": "file:///etc/passwd",
      };
      const location = to[request.url!];
      if (location === undefined) return reply.end("end");
      return reply.writeHead(302, { location }).end();
    });
    const call = fetchWith(`127.0.0.1:${port},other.example`, { lookup: answering("127.0.0.1") });
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    expect(await (await call(at("/ok"))).text()).toBe("end");
    expect((await problemOf(call(at("/in")))).code).toBe("OUTBOUND_REFUSED");
    expect((await problemOf(call(at("/file")))).code).toBe("OUTBOUND_REFUSED");
    expect((await problemOf(call(at("/loop")))).detail).toBe("more than 3 redirects");
    await (await call(at("/other"), { headers: { Authorization: "Basic x" } })).text();
    expect(seen.at(-2)!.headers.authorization).toBe("Basic x");
    expect(seen.at(-1)!.headers.authorization).toBeUndefined();
    const posted = await call(at("/ok"), { method: "POST", body: "x" });
    expect(posted.status).toBe(302);
    posted.discard();
  });

  it("ends at the limit of bytes and of time, and tells neither address nor stack", async () => {
    const port = await listen((request, reply) => {
      if (request.url === "/endless") return void setInterval(() => reply.write("x".repeat(100)), 1).unref();
      if (request.url === "/slow-body") return void reply.write("x");
      if (request.url === "/broken") return void request.socket.destroy();
    });
    const call = fetchWith("127.0.0.1", { timeoutMs: 300 });
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    expect(await problemOf((await call(at("/endless"))).text())).toEqual({ code: "OUTBOUND_FAILED", detail: "answer is larger than 1000 bytes" });
    expect(await problemOf(call(at("/silent")))).toEqual({ code: "OUTBOUND_FAILED", detail: "no answer in time" });
    expect(await problemOf((await call(at("/slow-body"))).text())).toEqual({ code: "OUTBOUND_FAILED", detail: "no answer in time" });
    expect(await problemOf(call(at("/broken")))).toEqual({ code: "OUTBOUND_FAILED", detail: "ECONNRESET" });
    expect(await problemOf(fetchWith("127.0.0.1")("http://127.0.0.1:1/"))).toEqual({ code: "OUTBOUND_FAILED", detail: "ECONNREFUSED" });
    const hanging = fetchWith("", { timeoutMs: 50, lookup: () => new Promise(() => {}) });
    expect(await problemOf(hanging("https://example.com/"))).toEqual({ code: "OUTBOUND_FAILED", detail: "no answer in time" });
  });
});
