import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

type ScreenProps = { title: string; lead: ReactNode; actions?: ReactNode; children: ReactNode };

export function Screen({ title, lead, actions, children }: ScreenProps) {
  return (
    <Stack gap="lg" maw={1180}>
      <Group justify="space-between" align="end" gap="md">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          <Text c="dimmed" maw={760} mt={4}>
            {lead}
          </Text>
        </div>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
