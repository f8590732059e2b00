import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthReply } from "#server/contract/console.ts";
import { bearer, createApiClient } from "../support/api-client.ts";
import { runRapport, serveRapport } from "../support/rapport-process.ts";
import { type TempFolder, tempFolder } from "../support/temp-folder.ts";
import { waitUntil } from "../support/wait-until.ts";

// Learning that fails each time must not look like a healthy server that is merely behind.

describe("learning that fails", () => {
  let folder: TempFolder;
  beforeAll(() => {
    folder = tempFolder("failing-learner");
  });
  afterAll(() => folder.remove());

  const change = (statement: string) => {
    const database = new DatabaseSync(join(folder.path, "rapport.sqlite"));
    database.exec(`pragma busy_timeout = 5000; ${statement}`);
    database.close();
  };

  it("is said by /health and by the doctor, while the shop is served, and is over with its cause", async () => {
    const created = await runRapport(["shop", "create", "Broken", "--json", "--data", folder.path]);
    const { serverKey } = JSON.parse(created.stdout) as { serverKey: string };
    change("create trigger unpublishable before insert on models begin select raise(abort, 'not today'); end");
    const server = await serveRapport(["--data", folder.path], {}, true);
    try {
      const api = createApiClient(server.address, bearer(serverKey));
      const health = async () => {
        const { status, body } = await api.get<HealthReply>("/health");
        return { http: status, status: body.status, failure: body.learner.failure };
      };
      expect(await health()).toEqual({ http: 200, status: "ok", failure: null });
      await api.put("/v1/consents", { customerId: "c-1", purposes: { personalize: true, learn: true } });
      await api.post("/v1/track", { type: "track", event: "Product Viewed", messageId: "m-1", userId: "c-1", properties: { product_id: "item-1" } });

      const failing = await waitUntil("a round that fails", async () => {
        const now = await health();
        return now.failure === null ? null : now;
      });
      expect(failing).toMatchObject({ http: 200, status: "degraded" });
      expect((await api.post("/v1/recommendations", { surface: "for-you", customerId: "c-1", n: 3 })).status).toBe(200);
      const { stdout } = await runRapport(["doctor", "--json", "--data", folder.path]);
      const { findings } = JSON.parse(stdout) as { findings: { check: string; level: string; says: string }[] };
      expect(findings.find(({ check, level }) => check === "learning" && level === "error")?.says).toContain(failing.failure);

      change("drop trigger unpublishable");
      await waitUntil("learning again", async () => ((await health()).status === "ok" ? true : null));
    } finally {
      await server.stop();
    }
  }, 60_000);
});
