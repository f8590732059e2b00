import { Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function EmptyNote({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Paper withBorder p="xl" ta="center">
      <Text fw={600}>{title}</Text>
      {children ? (
        <Text size="sm" c="dimmed" mt={4} maw={560} mx="auto">
          {children}
        </Text>
      ) : null}
    </Paper>
  );
}
