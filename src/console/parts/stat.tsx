import { Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";

type StatProps = { label: string; value: ReactNode; note?: ReactNode; bad?: boolean };

export function Stat({ label, value, note, bad = false }: StatProps) {
  return (
    <Paper withBorder p="md" component="dl" m={0} style={bad ? { borderColor: "var(--mantine-color-red-6)" } : undefined}>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fz={24} fw={650} lh={1.3} style={{ fontVariantNumeric: "tabular-nums" }}>
        {value}
      </Text>
      {note ? (
        <Text component="dd" m={0} size="sm" c={bad ? "var(--console-alarm)" : "dimmed"}>
          {note}
        </Text>
      ) : null}
    </Paper>
  );
}
