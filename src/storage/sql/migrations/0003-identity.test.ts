import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { openSqlite } from "../../sqlite/open-sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "rapport-0003-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("schema step 0003", () => {
  it("takes over the links of the first schema, so that they can be undone too", async () => {
    const path = join(folder, "linked.sqlite");
    copyFileSync(fileURLToPath(new URL("../../golden/schema-0001.sqlite", import.meta.url)), path);
    const raw = new DatabaseSync(path);
    raw.exec(`
      insert into people values ('golden', 'device', 'anonymous', 'phone', 'person');
      insert into log (shop_id, kind, person_id, message_id, name, occurred_at, received_at, refused, lines)
        values ('golden', 'link', 'device', 'link-1', 'device linked', 1000, 1000, '', '[]');
      insert into log (shop_id, kind, person_id, message_id, name, occurred_at, received_at, refused, lines)
        values ('golden', 'consent', 'device', 'merge-1', 'personalize: yes', 1000, 1000, '', '[]');
      insert into consents select 'golden', 'device', 'personalize', max(seq), 1, 1000, 'person', 'v1', 'merge' from log;`);
    raw.close();
    const store = await openSqlite(path);
    const [shop, device, person] = ["golden" as ShopId, "device" as PersonId, "person" as PersonId];
    expect((await store.identities.linksOf(shop, [device])).get(device)).toMatchObject([
      { kind: "claim", rootId: "person", sessionId: null, at: 1000 },
    ]);
    const name = { personId: device, kind: "anonymous", externalId: "phone" } as const;
    await store.log.append(shop, [{ kind: "unlink", messageId: "u" as MessageId, name, rootId: person, at: 2000 }]);
    expect(await store.identities.cluster(shop, device)).toEqual({ rootId: "device", memberIds: ["device"] });
    expect(await store.consents.granted(shop, "personalize")).toEqual(["person"]);
    await store.close();
  });
});
