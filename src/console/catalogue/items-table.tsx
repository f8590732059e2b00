import { Anchor, Badge, Table, Text } from "@mantine/core";
import type { ItemReply } from "#server/contract/items.ts";
import { formatCount, formatMoney, noValue } from "../parts/format.ts";
import { ScrollingTable } from "../parts/scrolling-table.tsx";
import { hashOf } from "../shell/use-hash-route.ts";

const columns = [
  { title: "Item" },
  { title: "Category" },
  { title: "Price", isNumber: true },
  { title: "Stock", isNumber: true },
  { title: "State" },
];

export function ItemsTable({ items }: { items: readonly ItemReply[] }) {
  return (
    <ScrollingTable label="Items of the catalogue" columns={columns} minWidth={680}>
      {items.map((item) => (
        <Table.Tr key={item.id}>
          <Table.Td className="breakable">
            <Anchor href={hashOf("catalogue", item.id)} size="sm" fw={500}>
              {item.title || item.id}
            </Anchor>
            <Text size="xs" c="dimmed">
              {item.id}
              {item.brand ? `, ${item.brand}` : ""}
            </Text>
          </Table.Td>
          <Table.Td>{item.categories.join(" › ") || noValue}</Table.Td>
          <Table.Td className="number">{item.price === null ? noValue : formatMoney(item.price, item.currency)}</Table.Td>
          <Table.Td className="number">{item.stock === null ? noValue : formatCount(item.stock)}</Table.Td>
          <Table.Td>
            <ItemState item={item} />
          </Table.Td>
        </Table.Tr>
      ))}
    </ScrollingTable>
  );
}

function stateOf(item: ItemReply): [color: string, words: string] {
  if (!item.available) return ["red", "not available"];
  return item.source === "event" ? ["gray", "only met in events"] : ["petrol", "available"];
}

function ItemState({ item }: { item: ItemReply }) {
  const [color, words] = stateOf(item);
  return (
    <Badge color={color} variant="light" tt="none">
      {words}
    </Badge>
  );
}
