import { Table, Text } from "@mantine/core";
import type { EarnedReply } from "#server/contract/console.ts";
import { formatCount, formatMoney, formatRate } from "../parts/format.ts";
import { ScrollingTable } from "../parts/scrolling-table.tsx";
import { saySurface } from "../parts/words.ts";

type Sums = Pick<EarnedReply["surfaces"][number], "shown" | "clicked" | "bought" | "revenue">;

const columns = [
  { title: "Place on the page" },
  { title: "Shown", isNumber: true },
  { title: "Clicked", isNumber: true },
  { title: "Click rate", isNumber: true },
  { title: "Bought", isNumber: true },
  { title: "Buy rate", isNumber: true },
  { title: "Revenue", isNumber: true },
];

const nothing: Sums = { shown: 0, clicked: 0, bought: 0, revenue: 0 };

/** A part that is not told is not told by its sum either. */
const plus = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
const few = "few";

function add(a: Sums, b: Sums): Sums {
  return {
    shown: a.shown + b.shown,
    clicked: plus(a.clicked, b.clicked),
    bought: plus(a.bought, b.bought),
    revenue: plus(a.revenue, b.revenue),
  };
}

export function EarnedTable({ earned: { surfaces, currency } }: { earned: EarnedReply }) {
  const total = surfaces.reduce<Sums>(add, nothing);
  return (
    <ScrollingTable
      label="What recommendations earned, by place on the page"
      columns={columns}
      minWidth={760}
      foot={
        <Table.Tr fw={650}>
          <Table.Th scope="row">Total</Table.Th>
          <SumCells sums={total} currency={currency} />
        </Table.Tr>
      }
    >
      {surfaces.map((row) => (
        <Table.Tr key={`${row.surface} ${row.personalized}`}>
          <Table.Td>
            {saySurface(row.surface)}{" "}
            <Text span size="sm" c="dimmed">
              {row.personalized ? "personal" : "not personal"}
            </Text>
          </Table.Td>
          <SumCells sums={row} currency={currency} />
        </Table.Tr>
      ))}
    </ScrollingTable>
  );
}

function SumCells({ sums, currency }: { sums: Sums; currency: string }) {
  const { shown, clicked, bought, revenue } = sums;
  const cells = {
    shown: formatCount(shown),
    clicked: clicked === null ? few : formatCount(clicked),
    clickRate: clicked === null ? few : formatRate(clicked, shown),
    bought: bought === null ? few : formatCount(bought),
    buyRate: bought === null ? few : formatRate(bought, shown),
    revenue: revenue === null ? few : formatMoney(revenue, currency),
  };
  return Object.entries(cells).map(([name, text]) => (
    <Table.Td key={name} className="number">
      {text}
    </Table.Td>
  ));
}
