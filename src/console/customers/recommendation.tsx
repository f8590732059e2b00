import { Alert, Badge, Group, Stack, Text } from "@mantine/core";
import type { RecommendationsReply } from "#server/contract/recommendations.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { formatNumber } from "../parts/format.ts";
import { sayDataUse } from "../parts/words.ts";
import { RecommendedItem } from "./recommended-item.tsx";

export function Recommendation({ answer }: { answer: RecommendationsReply }) {
  const { personalized, dataUse, model, notices, items, took } = answer;
  // One scale for all bars of the answer, so that items can be compared with each other.
  const largest = Math.max(...items.flatMap((item) => item.reasons.map((reason) => Math.abs(reason.contribution))), 0);
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Badge size="lg" tt="none" variant={personalized ? "filled" : "light"} color={personalized ? "petrol" : "gray"}>
          {personalized ? "personal" : "not personal"}
        </Badge>
        <Text size="sm">
          Used: <strong>{sayDataUse(dataUse)}</strong>. Model: <strong>{model.name}</strong>, version {model.version}. Took {formatNumber(took, 3)}{" "}
          ms.
        </Text>
      </Group>
      {notices.map((notice) => (
        <Alert key={`${notice.code} ${notice.detail}`} role="note" variant="light" color="gray" title={notice.detail}>
          {notice.code}
        </Alert>
      ))}
      {items.length === 0 ? (
        <EmptyNote title="They would see nothing here">There is no reason good enough to show an item in this place, so none is shown.</EmptyNote>
      ) : (
        <Stack component="ol" gap={0} p={0} m={0} style={{ listStyle: "none" }}>
          {items.map((item, place) => (
            <RecommendedItem key={item.id} place={place + 1} item={item} largest={largest} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}
