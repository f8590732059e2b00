import { Alert, Anchor, Stack, Text, Title } from "@mantine/core";
import type { ItemReply } from "#server/contract/items.ts";
import { Facts } from "../parts/facts.tsx";
import { formatCount, formatMinute, formatMoney, noValue } from "../parts/format.ts";

// An address may have come in with an event, that is from anybody's browser: it must not run as a script when clicked.
function isWebAddress(url: string | null): url is string {
  return url !== null && /^https?:\/\//i.test(url);
}

export function ItemDetail({ item }: { item: ItemReply }) {
  const fromShop = item.source === "shop";
  return (
    <Stack gap="md">
      <Title order={2} size="h3" className="breakable">
        {item.title || item.id}
      </Title>
      {fromShop ? null : (
        <Alert role="note" variant="light" color="gray" title="Only met in events so far">
          The shop has not described this item. Send it with the catalogue, so that it is shown with its right title, category and price.
        </Alert>
      )}
      {/* Pictures are loaded from where the shop said; an address from an event could lead the console anywhere. */}
      {fromShop && isWebAddress(item.imageUrl) ? (
        <img className="item-picture" src={item.imageUrl} alt="" loading="lazy" referrerPolicy="no-referrer" />
      ) : null}
      <Facts
        facts={[
          ["Id", item.id],
          ["Categories", item.categories.join(" › ") || noValue],
          ["Brand", item.brand ?? noValue],
          ["Price", item.price === null ? noValue : formatMoney(item.price, item.currency)],
          ["Stock", item.stock === null ? "not told" : formatCount(item.stock)],
          ["Available", item.available ? "yes" : "no: it is not recommended"],
          ["Known from", fromShop ? "the shop's catalogue" : "events"],
          ["Last change", formatMinute(item.updatedAt)],
          ["Page", isWebAddress(item.url) ? <PageLink key="page" url={item.url} /> : (item.url ?? noValue)],
        ]}
      />
      {item.description ? (
        <Text size="sm" style={{ whiteSpace: "pre-line" }} className="breakable">
          {item.description}
        </Text>
      ) : null}
    </Stack>
  );
}

function PageLink({ url }: { url: string }) {
  return (
    <Anchor href={url} target="_blank" rel="noreferrer noopener" size="sm">
      {url}
    </Anchor>
  );
}
