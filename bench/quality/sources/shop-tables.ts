import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFile } from "./shared-data.ts";
import { writeTable } from "./write-table.ts";

/** Ta-Feng's baskets as rows; there are no days, the number of a basket stands for its time. */
export function tafengRows(part: "history" | "future", folder: string): string {
  const people = JSON.parse(readFileSync(sharedFile(`tafeng/tafeng_${part}.json`), "utf8")) as Record<string, readonly (readonly number[])[]>;
  const first = part === "history" ? 1 : 1000;
  const lines = Object.entries(people).flatMap(([person, baskets]) =>
    // The first and the last are marks of the beginning and the end.
    baskets.slice(1, -1).flatMap((items, turn) => items.map((item) => `${person},${first + turn},${item}`)),
  );
  const file = join(folder, `tafeng-${part}.csv`);
  writeFileSync(file, `user,order,item\n${lines.join("\n")}\n`);
  return file;
}

/** Customers with a name (number 0 is nobody), products (the others are postage, fees and vouchers), and what was paid for. */
export function onlineRetailRows(folder: string): Promise<string> {
  return writeTable(
    `SELECT CAST(CustomerID AS BIGINT) AS customer, InvoiceNo AS invoice, StockCode AS item, InvoiceDate AS time
     FROM '${sharedFile("online-retail/online_retail_2010-2011_clean.parquet")}'
     WHERE CustomerID > 0 AND Quantity > 0 AND UnitPrice > 0 AND regexp_matches(StockCode, '^[0-9]{5}')
     ORDER BY customer, time, invoice, item`,
    join(folder, "online-retail.csv"),
    "csv",
  );
}

/** Three files of three events as one. None knows times: all rows bear the same, so that their order says nothing. */
export function retailrocketRows(folder: string): Promise<string> {
  const part = (file: string, event: string) =>
    `SELECT visitorid AS "user", itemid AS item, '${event}' AS event FROM read_csv('${sharedFile(`retailrocket-caserec/${file}_ecommerce.dat`)}')`;
  return writeTable(
    `SELECT *, TIMESTAMP '2015-06-01 00:00:00' AS time FROM
     (${part("view", "view")} UNION ALL ${part("add_to_cart", "addtocart")} UNION ALL ${part("purchase", "transaction")})
     ORDER BY "user", item, event`,
    join(folder, "retailrocket.csv"),
    "csv",
  );
}
