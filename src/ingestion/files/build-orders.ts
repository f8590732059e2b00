import { lateReasons } from "./row-reasons.ts";
import type { Workbench } from "./workbench.ts";

/**
 * From `lines` to `heads`: one row for each order and each way its customer is written. An order has one time (its
 * first) and one customer, also for rows where the export left these empty. Where several customers share a number
 * (exports that count each customer's orders from 1), it stands for several orders.
 */
export async function buildOrders(bench: Workbench): Promise<void> {
  // One step a statement: each can then use all the memory there is, and spill what is too much.
  await bench.run("CREATE TABLE seen AS SELECT order_key, customer, min(at_ms) AS at_ms FROM lines WHERE reason IS NULL GROUP BY ALL");
  await bench.run(`CREATE TABLE told AS SELECT order_key, customer AS written, people > 1 AND customer IS NOT NULL AS shared,
      CASE WHEN people = 1 THEN one ELSE customer END AS customer, CASE WHEN people > 1 THEN coalesce(at_ms, order_at) ELSE order_at END AS at_ms
    FROM (SELECT *, count(customer) OVER o AS people, max(customer) OVER o AS one, min(at_ms) OVER o AS order_at FROM seen WINDOW o AS (PARTITION BY order_key))`);
  await bench.run("DROP TABLE seen");
  await bench.run(
    `UPDATE lines SET reason = '${lateReasons.noTime}' WHERE reason IS NULL AND order_key IN (SELECT order_key FROM told WHERE at_ms IS NULL)`,
  );
  await bench.run(
    `CREATE TABLE numbered AS SELECT *, dense_rank() OVER (ORDER BY at_ms, order_key, customer) AS nr FROM told WHERE at_ms IS NOT NULL`,
  );
  await bench.run("DROP TABLE told");
  await bench.run(`CREATE TABLE heads AS SELECT *, customer IS NULL OR nr = min(nr) OVER (PARTITION BY customer) AS first_met FROM numbered`);
  await bench.run("DROP TABLE numbered");
}

/**
 * From `lines` and `heads` to `ordered`: the rows that are kept, with all that is known of their order. An item is
 * called what it is called most often: a catalogue keeps the first name it hears, which may be "damaged?".
 */
export async function joinLines(bench: Workbench): Promise<void> {
  const words = ["title", "category", "brand"];
  for (const word of words) await bench.run(usualWord(word));
  await bench.run(`CREATE TABLE ordered AS SELECT h.nr, l.quantity < 0 AS is_return, l.row,
      l.order_key || CASE WHEN h.shared THEN ':' || left(sha256(h.customer), 16) ELSE '' END AS key, l.order_id, h.customer, h.first_met, h.at_ms,
      l.item, l.quantity, l.price, l.currency, ${words.map((word) => `usual_${word}.word AS ${word}`).join(", ")}
    FROM lines l JOIN heads h ON l.order_key = h.order_key AND l.customer IS NOT DISTINCT FROM h.written
      ${words.map((word) => `LEFT JOIN usual_${word} ON usual_${word}.item = l.item`).join(" ")}
    WHERE l.reason IS NULL`);
  for (const table of ["lines", "heads", ...words.map((word) => `usual_${word}`)]) await bench.run(`DROP TABLE ${table}`);
}

function usualWord(word: string): string {
  return `CREATE TABLE usual_${word} AS SELECT item, arg_max(word, (times, word)) AS word
    FROM (SELECT item, ${word} AS word, count(*) AS times FROM lines WHERE reason IS NULL AND ${word} IS NOT NULL GROUP BY ALL) GROUP BY item`;
}
