import { Alert, NativeSelect } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api-context.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { Screen } from "../parts/screen.tsx";
import { EarnedTable } from "./earned-table.tsx";

const spans = [7, 30, 90, 365];

export function EarnedScreen() {
  const api = useApi();
  const [days, setDays] = useState(30);
  const earned = useQuery({
    queryKey: ["earned", days],
    queryFn: ({ signal }) => api.earned(days, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });

  return (
    <Screen
      title="What recommendations earned"
      lead="How often recommendations were shown, clicked and bought from, by place on the page."
      actions={
        <NativeSelect
          label="Over the last"
          data={spans.map((span) => ({ value: String(span), label: `${span} days` }))}
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
          w={140}
        />
      }
    >
      <Alert role="note" variant="light" title="It counts only people who allow measuring">
        All others are in none of these numbers. A purchase counts when an item was bought within 7 days of being recommended; that does not prove
        that it was bought because of it.
      </Alert>
      <QueryView query={earned} loading="Adding up …">
        {(data) =>
          data.surfaces.length === 0 ? (
            <EmptyNote title={`Nothing was shown in the last ${data.days} days`}>
              Once the shop shows recommendations to people who allow measuring, this table fills.
            </EmptyNote>
          ) : (
            <Panel title={`The last ${data.days} days`}>
              <EarnedTable earned={data} />
            </Panel>
          )
        }
      </QueryView>
    </Screen>
  );
}
