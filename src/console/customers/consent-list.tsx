import { Badge, Group, Stack, Text } from "@mantine/core";
import type { ConsentsReply } from "#server/contract/consents.ts";
import { formatMinute } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { sayConsentSource, sayPurpose } from "../parts/words.ts";

type Decision = ConsentsReply["decisions"][number];

export function ConsentList({ decisions }: { decisions: readonly Decision[] }) {
  return (
    <Panel title="What they allow" lead="A purpose that is not listed was never answered, which counts as a no.">
      {decisions.length === 0 ? (
        <Text size="sm">This person has answered nothing yet: nothing may be used.</Text>
      ) : (
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
          {decisions.map((decision) => (
            <DecisionItem key={decision.purpose} decision={decision} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function DecisionItem({ decision }: { decision: Decision }) {
  const { purpose, granted, at, source, how, notice } = decision;
  const details = [`since ${formatMinute(at)}`, `by ${sayConsentSource(source)}`, how ? `how: ${how}` : null, notice ? `notice: ${notice}` : null];
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" align="start" gap="xs">
        <Text size="sm" fw={500}>
          {sayPurpose(purpose)}
        </Text>
        <Badge variant="filled" color={granted ? "petrol" : "gray.7"} tt="none" style={{ flexShrink: 0 }}>
          {granted ? "yes" : "no"}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed" className="breakable">
        {details.filter((detail) => detail !== null).join(", ")}
      </Text>
    </li>
  );
}
