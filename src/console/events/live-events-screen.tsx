import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api-context.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { Screen } from "../parts/screen.tsx";
import { EventsTable } from "./events-table.tsx";
import { OutcomeCounts } from "./outcome-counts.tsx";
import { RefusedPanel } from "./refused-panel.tsx";

const every = 1500;

export function LiveEventsScreen() {
  const api = useApi();
  const [paused, setPaused] = useState(false);
  const recent = useQuery({
    queryKey: ["recent-events"],
    queryFn: ({ signal }) => api.recentEvents(signal),
    refetchInterval: every,
    enabled: !paused,
  });

  return (
    <Screen
      title="Live events"
      lead="The latest 100 entries of the log, newest first, and what was not let in."
      actions={
        <Button variant={paused ? "filled" : "default"} onClick={() => setPaused(!paused)}>
          {paused ? "Go on" : "Pause"}
        </Button>
      }
    >
      <Alert role="note" variant="light" title="Personal fields are masked">
        A person appears as a short tag, never with a name or an address. Events of people who did not consent are counted below and kept nowhere.
      </Alert>
      <QueryView query={recent} loading="Reading the log …">
        {({ events, outcomes }) => (
          <>
            <OutcomeCounts outcomes={outcomes} />
            <div className="events-grid">
              <RefusedPanel paused={paused} />
              {events.length === 0 ? (
                <EmptyNote title="Nothing has come in yet">As soon as the shop sends an event that may be kept, it appears here.</EmptyNote>
              ) : (
                <Panel title="Log" lead={paused ? "Paused: what comes in now is kept, but not shown here." : "Read again every 1.5 seconds."}>
                  <EventsTable events={events} />
                </Panel>
              )}
            </div>
          </>
        )}
      </QueryView>
    </Screen>
  );
}
