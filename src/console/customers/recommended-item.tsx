import { Group, Text } from "@mantine/core";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { formatSigned } from "../parts/format.ts";
import { ItemLink } from "../parts/item-link.tsx";
import { addUp, decimalsFor } from "./add-up.ts";
import { ReasonBar } from "./reason-bar.tsx";

type Item = RecommendationsReply["items"][number];

export function RecommendedItem({ place, item, largest }: { place: number; item: Item; largest: number }) {
  const decimals = decimalsFor(largest);
  return (
    <li style={{ borderTop: "1px solid var(--mantine-color-default-border)", padding: "12px 0" }}>
      <Group justify="space-between" wrap="nowrap" align="baseline" mb={4}>
        <Text component="h3" fw={600} size="md" m={0}>
          {place}. <ItemLink id={item.id} />
        </Text>
        <Text className="number" fw={650}>
          score {formatSigned(item.score, decimals).replace(/^\+/, "")}
        </Text>
      </Group>
      {item.reasons.map((reason, index) => (
        // Two reasons may be alike in every field but the number; their order is the server's.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <ReasonBar key={index} reason={reason} largest={largest} decimals={decimals} />
      ))}
      <SumLine item={item} decimals={decimals} />
      <WithoutItLine reasons={item.reasons} />
    </li>
  );
}

/** Said only where the server has ranked everything again without that item. */
function WithoutItLine({ reasons }: { reasons: Item["reasons"] }) {
  const tried = reasons.find(({ withoutIt }) => withoutIt !== undefined);
  if (tried?.item === undefined) return null;
  return (
    <Text size="sm">
      {tried.withoutIt === "gone" ? "Tried without " : "Would be here without "}
      <ItemLink id={tried.item} />
      {tried.withoutIt === "gone" ? ": it would not be here." : " as well."}
    </Text>
  );
}

function SumLine({ item, decimals }: { item: Item; decimals: number }) {
  if (item.reasons.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        The server gave no reasons.
      </Text>
    );
  }
  const { sum, isScore } = addUp(item);
  const written = formatSigned(sum, decimals).replace(/^\+/, "");
  return (
    <div className="reason-row">
      <Text size="sm" c={isScore ? "dimmed" : "var(--console-alarm)"}>
        {isScore ? "Sum of the reasons, equal to the score" : "Sum of the reasons, which is NOT the score: this is a fault"}
      </Text>
      <span />
      <Text size="sm" className="number" fw={600}>
        = {written}
      </Text>
    </div>
  );
}
