import { Alert, Anchor, Group, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RightsListReply } from "#server/contract/rights.ts";
import { useApi } from "../api-context.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { Screen } from "../parts/screen.tsx";
import { ScrollingTable } from "../parts/scrolling-table.tsx";
import { hashOf } from "../shell/use-hash-route.ts";
import { ClockBar } from "./clock-bar.tsx";
import { RequestDetail } from "./request-detail.tsx";
import { sayKind, sayState, whoseIs } from "./words.ts";

const filters = [
  { value: "open,in_progress", label: "Open" },
  { value: "", label: "All" },
  { value: "fulfilled", label: "Done" },
  { value: "denied,revoked,expired", label: "Refused, taken back, expired" },
];
const columns = [{ title: "Who" }, { title: "What" }, { title: "State" }, { title: "Time" }];

export function RightsScreen({ requestId }: { requestId: string | null }) {
  const api = useApi();
  const [state, setState] = useState("open,in_progress");
  const requests = useQuery({
    queryKey: ["rights", "list", state],
    queryFn: ({ signal }) => api.rights(state, signal),
    refetchInterval: 15_000,
    gcTime: 0,
  });
  return (
    <Screen
      title="What people asked for"
      lead="Their data, corrections, an end of its use, to be forgotten: the one due first, first. The law gives a date for each."
      actions={<NativeSelect label="Show" data={filters} value={state} onChange={(event) => setState(event.currentTarget.value)} />}
    >
      {requestId === null ? null : <RequestDetail key={requestId} id={requestId} />}
      <QueryView query={requests} loading="Reading the requests …">
        {(list) => <RequestTable list={list} />}
      </QueryView>
    </Screen>
  );
}

function RequestTable({ list: { requests, alarms, next } }: { list: RightsListReply }) {
  return (
    <Stack gap="md">
      {alarms.overdue > 0 ? (
        <Alert color="red.9" variant="filled" role="alert" title={`${alarms.overdue} overdue`}>
          The law's time for these is over. Answer them now.
        </Alert>
      ) : null}
      {alarms.late + alarms.half > 0 ? (
        <Text size="sm" fw={600}>
          {alarms.late} with 80 %, {alarms.half} with half of their time over
        </Text>
      ) : null}
      {requests.length === 0 ? (
        <EmptyNote title="Nobody waits">No request of this kind is here.</EmptyNote>
      ) : (
        <ScrollingTable label="Requests of people" columns={columns}>
          {requests.map((request) => (
            <Table.Tr key={request.id}>
              <Table.Td className="breakable">
                <Anchor href={hashOf("rights", request.id)}>{whoseIs(request)}</Anchor>
              </Table.Td>
              <Table.Td>{sayKind(request.kind)}</Table.Td>
              <Table.Td>
                {sayState(request.state)}
                {request.verified ? "" : ", not verified"}
              </Table.Td>
              <Table.Td style={{ minWidth: 180 }}>
                <ClockBar request={request} />
              </Table.Td>
            </Table.Tr>
          ))}
        </ScrollingTable>
      )}
      {next === null ? null : <Group>Only the first {requests.length} are shown.</Group>}
    </Stack>
  );
}
