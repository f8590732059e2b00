import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api-context.ts";
import { formatMinute } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { ClockBar } from "./clock-bar.tsx";
import { RequestActions } from "./request-actions.tsx";
import { sayKind, sayState, whoseIs } from "./words.ts";

export function RequestDetail({ id }: { id: string }) {
  const api = useApi();
  const request = useQuery({ queryKey: ["rights", "one", id], queryFn: ({ signal }) => api.right(id, signal), gcTime: 0 });
  return (
    <QueryView query={request} loading="Reading the request …">
      {(one) => (
        <Panel
          title={`${sayKind(one.kind)}: ${whoseIs(one)}`}
          lead={`${sayState(one.state)}. ${one.verified ? "It is known that it is them." : "Nobody has proven yet that it is them."}`}
        >
          <Stack gap="md">
            <ClockBar request={one} />
            <RequestActions key={one.steps.length} request={one} />
            {one.changed?.length ? <Text size="sm">Changed: {one.changed.join(", ")}</Text> : null}
            {one.erasureId ? (
              <Text size="sm" className="breakable">
                Forgetting: {one.erasureId}
              </Text>
            ) : null}
            <Stack component="ol" gap={4} m={0} pl="md" aria-label="How it got here">
              {one.steps.map((step) => (
                <Text component="li" size="sm" key={`${step.at} ${step.action} ${step.words}`} className="breakable">
                  {formatMinute(step.at)}: {step.action}, by {step.by}
                  {step.words ? `: ${step.words}` : ""}
                </Text>
              ))}
            </Stack>
          </Stack>
        </Panel>
      )}
    </QueryView>
  );
}
