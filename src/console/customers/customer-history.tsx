import { Alert, Button, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { CustomerReply } from "#server/contract/console.ts";
import { formatCount, formatMinute } from "../parts/format.ts";
import { ItemLink } from "../parts/item-link.tsx";
import { Panel } from "../parts/panel.tsx";
import { ScrollingTable } from "../parts/scrolling-table.tsx";
import { sayEvent } from "../parts/words.ts";

type HistoryEntry = NonNullable<CustomerReply["history"]>[number];

const columns = [{ title: "When" }, { title: "What they did" }];
const shownAtFirst = 20;

export function CustomerHistory({ history }: { history: CustomerReply["history"] }) {
  return (
    <Panel title="Their history" lead={history?.length ? "What may shape their recommendations, newest first." : undefined}>
      {history === null ? (
        <Alert role="note" variant="light" color="gray" title="Nobody looks">
          This person has not allowed personalization. Their history shapes nothing they see, and it is not shown here either.
        </Alert>
      ) : (
        <HistoryTable history={history} />
      )}
    </Panel>
  );
}

function HistoryTable({ history }: { history: readonly HistoryEntry[] }) {
  const [showAll, setShowAll] = useState(false);
  if (history.length === 0) return <Text size="sm">They allow it, but have done nothing yet since.</Text>;
  const newestFirst = history.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const shown = showAll ? newestFirst : newestFirst.slice(0, shownAtFirst);
  return (
    <Stack gap="xs">
      <ScrollingTable label="History of this customer" columns={columns} minWidth={320}>
        {shown.map((entry, place) => (
          // Entries carry no id of their own and the list is replaced as a whole.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <HistoryRow key={place} entry={entry} />
        ))}
      </ScrollingTable>
      {shown.length < history.length ? (
        <Button variant="default" size="compact-sm" style={{ alignSelf: "start" }} onClick={() => setShowAll(true)}>
          Show all {formatCount(history.length)}
        </Button>
      ) : null}
    </Stack>
  );
}

function HistoryRow({ entry }: { entry: HistoryEntry }) {
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap", verticalAlign: "top" }}>{formatMinute(entry.at)}</Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed" title={entry.name}>
          {entry.type === "custom" ? entry.name : sayEvent(entry.type)}
        </Text>
        {entry.items.map((item, place) => (
          // An order may name the same item twice.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={place}>
            {item.quantity === 1 ? "" : `${formatCount(item.quantity)} × `}
            <ItemLink id={item.id} title={item.title} />
          </div>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
