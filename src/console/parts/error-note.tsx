import { Alert, Button, Code, Stack, Text } from "@mantine/core";
import { ApiError } from "../api.ts";

export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const message = error instanceof Error ? error.message : "Something went wrong in the console.";
  const answer = error instanceof ApiError ? error : null;
  return (
    <Alert color="red" variant="light" title={message} role="alert">
      <Stack gap="xs" align="start">
        {answer?.remedy ? <Text size="sm">{answer.remedy}</Text> : null}
        {answer ? (
          <Text size="sm" c="dimmed" className="breakable">
            <Code>{answer.code}</Code> {answer.detail}
          </Text>
        ) : null}
        {onRetry ? (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}
