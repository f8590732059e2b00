import { Group, Stack, Text } from "@mantine/core";
import type { ShopReply } from "#server/contract/console.ts";
import { formatCount, formatRate } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { sayPurpose } from "../parts/words.ts";

type PurposeCount = ShopReply["consents"][number];

export function ConsentBars({ consents }: { consents: readonly PurposeCount[] }) {
  return (
    <Panel title="What people allow" lead="The answers in force, by purpose. Whoever was never asked counts as a no and is in neither number.">
      {consents.length === 0 ? (
        <Text size="sm">Nobody has answered yet.</Text>
      ) : (
        <Stack gap="md">
          <Group gap="lg">
            <Text size="sm">
              <span className="legend-dot share-granted" />
              allowed
            </Text>
            <Text size="sm">
              <span className="legend-dot share-refused" />
              refused
            </Text>
          </Group>
          {consents.map((count) => (
            <ConsentBar key={count.purpose} count={count} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function ConsentBar({ count }: { count: PurposeCount }) {
  const { purpose, granted, refused } = count;
  if (granted === null || refused === null)
    return (
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={500}>
          {sayPurpose(purpose)}
        </Text>
        <Text size="sm" c="dimmed">
          too few people to count
        </Text>
      </Group>
    );
  const answers = granted + refused;
  const width = (part: number) => (answers > 0 ? `${(100 * part) / answers}%` : "0");
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={500}>
          {sayPurpose(purpose)}
        </Text>
        <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
          {formatCount(granted)} allowed ({formatRate(granted, answers)}), {formatCount(refused)} refused
        </Text>
      </Group>
      <div className="share-bar" aria-hidden="true">
        <span className="share-granted" style={{ width: width(granted) }} />
        <span className="share-refused" style={{ width: width(refused) }} />
      </div>
    </div>
  );
}
