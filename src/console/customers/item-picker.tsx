import { Autocomplete, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { useApi } from "../api-context.ts";

type ItemPickerProps = { label: string; item: string; onPick: (id: string) => void };

/** Finds an item by the words of its title; an id that is typed in full counts too. */
export function ItemPicker({ label, item, onPick }: ItemPickerProps) {
  const api = useApi();
  const [text, setText] = useState(item);
  const [settled] = useDebouncedValue(text.trim(), 250);
  const found = useQuery({
    queryKey: ["item-choices", settled],
    queryFn: ({ signal }) => api.items({ q: settled, after: null, limit: 20 }, signal),
    placeholderData: keepPreviousData,
  });
  const titles = new Map(found.data?.items.map((one) => [one.id, one.title]));

  function pick(id: string) {
    setText(id);
    onPick(id.trim());
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && !event.defaultPrevented) pick(text);
  }

  return (
    <Autocomplete
      label={label}
      placeholder="Words of its title, or its id"
      data={[...titles.keys()]}
      // The server has searched already: the titles match, the ids need not.
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{titles.get(option.value) ?? option.value}</Text>
          <Text size="xs" c="dimmed">
            {option.value}
          </Text>
        </div>
      )}
      value={text}
      onChange={setText}
      onOptionSubmit={pick}
      onBlur={() => pick(text)}
      onKeyDown={onKeyDown}
      autoComplete="off"
      w={320}
    />
  );
}
