import { Autocomplete, Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useApi } from "../api-context.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { goTo } from "../shell/use-hash-route.ts";

export function CustomerPicker({ customerId }: { customerId: string | null }) {
  const api = useApi();
  const [text, setText] = useState(customerId ?? "");
  const customers = useQuery({ queryKey: ["customers"], queryFn: ({ signal }) => api.customers(signal) });
  const ids = [...new Set(customers.data?.customers.map((one) => one.customerId))];

  function look(event: FormEvent) {
    event.preventDefault();
    if (text.trim()) goTo("customers", text.trim());
  }

  return (
    <form onSubmit={look}>
      {customers.error ? <ErrorNote error={customers.error} onRetry={() => void customers.refetch()} /> : null}
      <Group align="end" gap="sm">
        <Autocomplete
          label="Customer id"
          description={
            customers.isSuccess && ids.length === 0 ? "No customer with an id is known yet." : "As the shop calls them; the list offers some."
          }
          placeholder="Type or pick"
          data={ids}
          value={text}
          onChange={setText}
          onOptionSubmit={(id) => goTo("customers", id)}
          autoComplete="off"
          w={320}
        />
        <Button type="submit" disabled={!text.trim()}>
          Look
        </Button>
      </Group>
    </form>
  );
}
