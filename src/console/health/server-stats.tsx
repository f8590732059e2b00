import { SimpleGrid } from "@mantine/core";
import type { HealthReply } from "#server/contract/console.ts";
import { formatCount, formatSeconds } from "../parts/format.ts";
import { Stat } from "../parts/stat.tsx";

function sayLearner({ running, failure, lagEvents }: HealthReply["learner"]): { value: string; note: string } {
  if (failure !== null) return { value: "Fails", note: `${failure}: it is tried again; until then the last models are served.` };
  const lag = formatCount(lagEvents);
  if (lagEvents === 0) return { value: "Up to date", note: running ? "Everything that came in is learnt." : "Nothing to learn; it is not running." };
  return { value: `${lag} to learn`, note: running ? "Entries that came in and are being learnt from." : "It is not running, so they wait." };
}

export function ServerStats({ health }: { health: HealthReply }) {
  const learner = sayLearner(health.learner);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      <Stat
        label="Server"
        value={health.status === "ok" ? "Running" : "Degraded"}
        note={`version ${health.version}, ${health.shops === 1 ? "1 shop" : `${formatCount(health.shops)} shops`}`}
        bad={health.status !== "ok"}
      />
      <Stat label="Up for" value={formatSeconds(Math.floor(health.uptimeSeconds))} note="since it was started" />
      <Stat
        label="Store"
        value={health.store.kind}
        note={health.store.ok ? "answers" : "does not answer: look at the server's log"}
        bad={!health.store.ok}
      />
      <Stat
        label="Learner"
        value={learner.value}
        note={learner.note}
        bad={health.learner.failure !== null || (!health.learner.running && health.learner.lagEvents > 0)}
      />
    </SimpleGrid>
  );
}
