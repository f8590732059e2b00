import { Button, Center, Code, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type ApiError, createApi } from "../api.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Logo } from "./logo.tsx";

export function KeyForm({ refusal, onKey }: { refusal: ApiError | null; onKey: (key: string) => void }) {
  const [key, setKey] = useState("");
  const [error, setError] = useState<unknown>(refusal);
  const [busy, setBusy] = useState(false);

  async function tryKey(event: FormEvent) {
    event.preventDefault();
    const candidate = key.trim();
    if (!candidate) return;
    setBusy(true);
    try {
      await createApi(candidate).shop();
      onKey(candidate);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  return (
    <Center component="main" mih="100vh" p="md" className="console-main">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={480}>
        <form onSubmit={tryKey}>
          <Stack gap="md">
            <Logo />
            <Title order={1} size="h2">
              Open the console
            </Title>
            <Text size="sm" c="dimmed">
              The console needs your shop's server key. Rapport printed it when it started, at the end of the console's address: the part after{" "}
              <Code>#key=</Code>. Opening that address signs you in at once. The key is kept in this browser tab only and is forgotten when you close
              it.
            </Text>
            {error ? <ErrorNote error={error} /> : null}
            <PasswordInput
              label="Server key"
              description="Not the public key that your shop's web pages carry."
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="off"
              required
              withAsterisk={false}
              data-autofocus
            />
            <Button type="submit" loading={busy}>
              Open
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
