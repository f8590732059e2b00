import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { formatCount } from "../parts/format.ts";
import { sayOutcome } from "../parts/words.ts";

const usual = ["ok", "NO_CONSENT", "DUPLICATE"];

function rank(code: string): number {
  const place = usual.indexOf(code);
  return place === -1 ? usual.length : place;
}

function colour(code: string): string {
  if (code === "ok") return "petrol";
  return usual.includes(code) ? "gray" : "red";
}

/** What became of the events that arrived since the server started. */
export function OutcomeCounts({ outcomes }: { outcomes: Readonly<Record<string, number>> }) {
  const counts = Object.entries(outcomes).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  return (
    <Group gap="xs" role="group" aria-label="Outcomes since the server started">
      <Text size="sm" c="dimmed">
        Since the server started:
      </Text>
      {counts.length === 0 ? <Text size="sm">nothing has arrived.</Text> : null}
      {counts.map(([code, count]) => (
        <Tooltip key={code} label={`outcome ${code}`}>
          <Badge color={colour(code)} variant="light" size="lg" tt="none">
            {sayOutcome(code)}: {formatCount(count)}
          </Badge>
        </Tooltip>
      ))}
    </Group>
  );
}
