import { Badge, Code, Group, Text } from "@mantine/core";
import type { RefusedEventsReply } from "#server/contract/console.ts";
import { formatCount, formatSecond } from "../parts/format.ts";
import type { RefusedGroup } from "./group-refused.ts";

type Reason = RefusedEventsReply["reasons"][number];

/** No consent and a repeat are how things should go; the rest is a fault of the sender. */
const harmless = ["NO_CONSENT", "DUPLICATE"];

export function RefusedEntry({ group, reason }: { group: RefusedGroup; reason: Reason | undefined }) {
  const { at, route, code, detail, event, times } = group;
  return (
    <li className="refused-entry">
      <Group justify="space-between" gap="xs">
        <Group gap={6}>
          <Badge size="sm" variant="light" color={harmless.includes(code) ? "gray" : "red"} tt="none">
            {code}
          </Badge>
          {times > 1 ? (
            <Text size="xs" fw={600}>
              {formatCount(times)} times
            </Text>
          ) : null}
        </Group>
        <Text size="xs" c="dimmed">
          {formatSecond(at)}
        </Text>
      </Group>
      <Text size="sm" mt={4} className="breakable">
        {event === null ? "" : `${event}: `}
        {reason?.message}
        {detail === "" ? null : (
          <>
            {" "}
            <Code>{detail}</Code>
          </>
        )}
      </Text>
      <Text size="xs" c="dimmed" className="breakable">
        {reason?.remedy} Came by {route}.
      </Text>
    </li>
  );
}
