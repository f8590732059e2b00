import { Group, Text } from "@mantine/core";

export function Logo() {
  return (
    <Group gap={10} wrap="nowrap">
      <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
        <path d="M8 20c4 0 4-8 8-8s4 8 8 8" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
        <circle cx="8" cy="20" r="2.5" fill="#fff" />
        <circle cx="24" cy="20" r="2.5" fill="#fff" />
      </svg>
      <Text fw={700} size="lg">
        Rapport
      </Text>
    </Group>
  );
}
