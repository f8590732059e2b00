import { Group, Loader, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "../api.ts";
import { ErrorNote } from "./error-note.tsx";

/** The part of a query that is shown, so that a list read in pages fits as well. */
type Shown<Data> = { data: Data | undefined; error: unknown; dataUpdatedAt: number; refetch: () => unknown };
type QueryViewProps<Data> = { query: Shown<Data>; loading: string; children: (data: Data) => ReactNode };

/**
 * Loading, failed and arrived, said the same way everywhere. What was read before stays in sight while the server is
 * out of reach, but not against its word: a person who was forgotten is gone from the screen too.
 */
export function QueryView<Data>({ query, loading, children }: QueryViewProps<Data>) {
  if (query.data === undefined && !query.error) {
    return (
      <Group gap="sm" p="md" role="status">
        <Loader size="sm" />
        <Text c="dimmed">{loading}</Text>
      </Group>
    );
  }
  const data = query.error instanceof ApiError && query.error.isFinal ? undefined : query.data;
  return (
    <Stack gap="md">
      {query.error ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.error && data !== undefined ? (
        <Text size="sm" c="dimmed">
          Below is what was last read, at {new Date(query.dataUpdatedAt).toLocaleTimeString("en-GB")}.
        </Text>
      ) : null}
      {data === undefined ? null : children(data)}
    </Stack>
  );
}
