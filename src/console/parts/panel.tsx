import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

type PanelProps = { title: string; lead?: ReactNode; aside?: ReactNode; children: ReactNode };

export function Panel({ title, lead, aside, children }: PanelProps) {
  return (
    <Paper withBorder p="lg" component="section" aria-label={title}>
      <Stack gap="md">
        <div>
          <Group justify="space-between" gap="xs">
            <Title order={2} size="h4">
              {title}
            </Title>
            {aside}
          </Group>
          {lead ? (
            <Text size="sm" c="dimmed" mt={2}>
              {lead}
            </Text>
          ) : null}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}
