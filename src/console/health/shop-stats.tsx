import { SimpleGrid } from "@mantine/core";
import type { ShopReply } from "#server/contract/console.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { formatCount, formatDay } from "../parts/format.ts";
import { Stat } from "../parts/stat.tsx";

export function ShopStats({ shop }: { shop: ShopReply }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Stat label="People" value={formatCount(shop.people)} note="known so far" />
        <Stat label="Items" value={formatCount(shop.items)} note={`prices in ${shop.currency}`} />
        <Stat label="Events" value={formatCount(shop.events)} note="kept in the log" />
        <Stat
          label="Span of the events"
          value={shop.from === null ? "None yet" : formatDay(shop.from)}
          note={shop.to === null ? "waiting for the first one" : `to ${formatDay(shop.to)}`}
        />
      </SimpleGrid>
      {shop.events === 0 ? (
        <EmptyNote title="No events yet">
          Put the tracking snippet into the shop's pages, or import past orders on the command line. Events of people who did not consent are never
          kept.
        </EmptyNote>
      ) : null}
    </>
  );
}
