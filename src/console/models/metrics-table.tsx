import { Table, Text } from "@mantine/core";
import { formatCount, formatNumber, noValue } from "../parts/format.ts";
import { ScrollingTable } from "../parts/scrolling-table.tsx";
import { type MetricRow, meaningOf, readMetrics } from "./read-metrics.ts";

function write(value: number | null): string {
  if (value === null) return noValue;
  return Math.abs(value) >= 100 ? formatCount(value) : formatNumber(value, 3);
}

function sayRatio({ own, popular }: MetricRow): string {
  return own === null || popular === null || popular <= 0 ? noValue : `${formatNumber(own / popular, 2)} ×`;
}

export function MetricsTable({ model, metrics }: { model: string; metrics: Readonly<Record<string, number>> | null }) {
  const rows = metrics === null ? [] : readMetrics(metrics);
  if (rows.length === 0) {
    return (
      <Text size="sm">
        There is not enough data yet to judge it. It takes people who came back: their last step is kept from the model and guessed.
      </Text>
    );
  }
  const compared = rows.some((row) => row.popular !== null);
  const columns = [
    { title: "Measure" },
    { title: "This model", isNumber: true },
    ...(compared
      ? [
          { title: "Popular items alone", isNumber: true },
          { title: "Against them", isNumber: true },
        ]
      : []),
  ];
  return (
    <>
      <ScrollingTable label={`Quality of ${model}`} columns={columns}>
        {rows.map((row) => (
          <Table.Tr key={row.metric}>
            <Table.Td>
              {row.metric}{" "}
              <Text span size="sm" c="dimmed">
                {meaningOf(row.metric)}
              </Text>
            </Table.Td>
            <Table.Td className="number" fw={600}>
              {write(row.own)}
            </Table.Td>
            {compared ? (
              <>
                <Table.Td className="number">{write(row.popular)}</Table.Td>
                <Table.Td className="number">{sayRatio(row)}</Table.Td>
              </>
            ) : null}
          </Table.Tr>
        ))}
      </ScrollingTable>
      <Text size="sm" c="dimmed" mt="xs">
        Measured on people whose last step the model did not learn from.
      </Text>
    </>
  );
}
