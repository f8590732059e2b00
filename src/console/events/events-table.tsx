import { Badge, Code, Table, Text } from "@mantine/core";
import type { RecentEventsReply } from "#server/contract/console.ts";
import { formatSecond } from "../parts/format.ts";
import { ItemLink } from "../parts/item-link.tsx";
import { ScrollingTable } from "../parts/scrolling-table.tsx";

type RecentEvent = RecentEventsReply["events"][number];

const columns = [{ title: "Happened" }, { title: "Person" }, { title: "Event" }, { title: "Items" }];
const late = 60_000;
const itemsShown = 5;

export function EventsTable({ events }: { events: readonly RecentEvent[] }) {
  const newestFirst = events.toSorted((a, b) => b.seq - a.seq);
  return (
    <ScrollingTable label="Latest entries of the log" columns={columns} minWidth={500}>
      {newestFirst.map((event) => (
        <EventRow key={event.seq} event={event} />
      ))}
    </ScrollingTable>
  );
}

function EventRow({ event }: { event: RecentEvent }) {
  const cameLate = Date.parse(event.receivedAt) - Date.parse(event.occurredAt) > late;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        {formatSecond(event.occurredAt)}
        {cameLate ? (
          <Text size="xs" c="dimmed">
            came in {formatSecond(event.receivedAt)}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <Code>{event.person}</Code>
      </Table.Td>
      <Table.Td className="breakable">
        {event.name}{" "}
        <Badge size="sm" variant="light" color={event.kind === "event" ? "petrol" : "grape"} tt="none">
          {event.type ?? event.kind}
        </Badge>
      </Table.Td>
      <Table.Td>
        <EventItems items={event.items} />
      </Table.Td>
    </Table.Tr>
  );
}

function EventItems({ items }: { items: RecentEvent["items"] }) {
  const more = items.length - itemsShown;
  return (
    <>
      {items.slice(0, itemsShown).map((item, place) => (
        // An order may name the same item twice; the list never changes its order.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={place}>
          <ItemLink id={item.id} title={item.title} />
        </div>
      ))}
      {more > 0 ? (
        <Text size="xs" c="dimmed">
          and {more} more
        </Text>
      ) : null}
    </>
  );
}
