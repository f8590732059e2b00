import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { RightsRequestReply } from "#server/contract/rights.ts";
import { useApi } from "../api-context.ts";
import { ErrorNote } from "../parts/error-note.tsx";

const denials = [
  { value: "no_match", label: "nobody of that name is known" },
  { value: "insuf_verification", label: "it is not proven that it is them" },
  { value: "suspected_fraud", label: "it looks like fraud" },
  { value: "claim_not_covered", label: "the law does not cover it" },
  { value: "outside_jurisdiction", label: "the law does not apply" },
  { value: "too_many_requests", label: "too many requests" },
  { value: "other", label: "another reason" },
];

/** What can be done about a request. Each is a button, so a keyboard does it. */
export function RequestActions({ request }: { request: RightsRequestReply }) {
  const api = useApi();
  const client = useQueryClient();
  const [reason, setReason] = useState("no_match");
  const [words, setWords] = useState("");
  const act = useMutation({
    mutationFn: ({ action, body }: { action: string; body?: unknown }) => api.actOnRight(request.id, action, body ?? {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ["rights"] }),
  });
  const isOpen = request.clock !== null && request.erasureId === null;
  const hasWords = words.trim() !== "";
  if (!isOpen && !request.restricting) return null;
  return (
    <Stack gap="sm" component="section" aria-label="What to do">
      {act.error ? <ErrorNote error={act.error} /> : null}
      {isOpen ? (
        <Group gap="sm">
          {request.verified ? null : (
            <Button variant="default" loading={act.isPending} onClick={() => act.mutate({ action: "verify", body: { by: "console" } })}>
              It is them
            </Button>
          )}
          <Button loading={act.isPending} disabled={!request.verified} onClick={() => act.mutate({ action: "fulfil" })}>
            Do what was asked for
          </Button>
          <Button variant="default" loading={act.isPending} onClick={() => act.mutate({ action: "done" })}>
            It was done elsewhere
          </Button>
        </Group>
      ) : null}
      <TextInput
        label="Words for the person"
        description="An extension and the end of a restriction need a reason."
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        maxLength={500}
      />
      {isOpen ? (
        <Group align="end" gap="sm">
          <Button
            variant="default"
            disabled={!hasWords || request.extendedAt !== null}
            loading={act.isPending}
            onClick={() => act.mutate({ action: "extend", body: { reason: words } })}
          >
            Take the extension
          </Button>
          <NativeSelect label="Why it is refused" data={denials} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Button
            color="red.9"
            variant="outline"
            loading={act.isPending}
            onClick={() => act.mutate({ action: "deny", body: { reason, words: hasWords ? words : null } })}
          >
            Refuse
          </Button>
        </Group>
      ) : null}
      {request.restricting ? (
        <Button
          variant="default"
          style={{ alignSelf: "start" }}
          disabled={!hasWords}
          loading={act.isPending}
          onClick={() => act.mutate({ action: "lift", body: { reason: words } })}
        >
          End the restriction
        </Button>
      ) : null}
    </Stack>
  );
}
