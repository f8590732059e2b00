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

function add(a: Sums, b: Sums): Sums {
  return { shown: a.shown + b.shown, clicked: a.clicked + b.clicked, bought: a.bought + b.bought, revenue: a.revenue + b.revenue };
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
    clicked: formatCount(clicked),
    clickRate: formatRate(clicked, shown),
    bought: formatCount(bought),
    buyRate: formatRate(bought, shown),
    revenue: formatMoney(revenue, currency),
  };
  return Object.entries(cells).map(([name, text]) => (
    <Table.Td key={name} className="number">
      {text}
    </Table.Td>
  ));
}
