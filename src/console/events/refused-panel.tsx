import { Button, Chip, Group, ScrollArea, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RefusedEventsReply } from "#server/contract/console.ts";
import { useApi } from "../api-context.ts";
import { formatCount } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { groupRefused } from "./group-refused.ts";
import { RefusedEntry } from "./refused-entry.tsx";

const every = 5000;

/** What was not stored and why: for whoever connects a shop and wonders where the events are. */
export function RefusedPanel({ paused }: { paused: boolean }) {
  const api = useApi();
  const refused = useQuery({
    queryKey: ["refused-events"],
    queryFn: ({ signal }) => api.refusedEvents(signal),
    refetchInterval: every,
    enabled: !paused,
  });
  return (
    <Panel
      title="Refused"
      lead="What was not stored, and what to do about it. The last 200 are kept in memory, without anything about anybody."
      aside={
        <Button size="compact-sm" variant="default" loading={refused.isFetching && !refused.isRefetching} onClick={() => void refused.refetch()}>
          Refresh
        </Button>
      }
    >
      <QueryView query={refused} loading="Reading what was refused …">
        {(reply) => <Refused {...reply} />}
      </QueryView>
    </Panel>
  );
}

function Refused({ refused, reasons }: RefusedEventsReply) {
  const [code, setCode] = useState<string | null>(null);
  const reasonOf = (wanted: string) => reasons.find((reason) => reason.code === wanted);
  const groups = groupRefused(refused, code);
  if (reasons.length === 0) return <Text size="sm">Nothing was refused since the server started.</Text>;
  return (
    <Stack gap="sm">
      <Group gap={6} role="group" aria-label="Refused since the server started, by reason">
        {reasons.map((reason) => (
          <Chip
            key={reason.code}
            size="xs"
            variant="light"
            checked={code === reason.code}
            onChange={() => setCode(code === reason.code ? null : reason.code)}
          >
            {reason.code} {formatCount(reason.count)}
          </Chip>
        ))}
      </Group>
      <Text size="xs" c="dimmed">
        {code === null ? "Counted over all shops since the server started. Pick a reason to see only its events." : (reasonOf(code)?.message ?? "")}
      </Text>
      {groups.length === 0 ? <NoneKept code={code} remedy={code === null ? "" : (reasonOf(code)?.remedy ?? "")} /> : null}
      <ScrollArea.Autosize mah={640} type="auto" offsetScrollbars="y" viewportProps={{ tabIndex: 0, role: "region", "aria-label": "Refused events" }}>
        <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
          {groups.map((group) => (
            <RefusedEntry key={`${group.code} ${group.route} ${group.detail} ${group.event}`} group={group} reason={reasonOf(group.code)} />
          ))}
        </Stack>
      </ScrollArea.Autosize>
    </Stack>
  );
}

function NoneKept({ code, remedy }: { code: string | null; remedy: string }) {
  return (
    <Text size="sm">
      {code === null ? "None of this shop's." : "None of the last 200 of this shop: such requests name no shop, or they are longer ago."} {remedy}
    </Text>
  );
}
