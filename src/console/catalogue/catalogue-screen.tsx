import { Button, Group, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api-context.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { formatCount } from "../parts/format.ts";
import { Panel } from "../parts/panel.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { Screen } from "../parts/screen.tsx";
import { ItemDrawer } from "./item-drawer.tsx";
import { ItemsTable } from "./items-table.tsx";

const pageSize = 50;
const start: string | null = null;

export function CatalogueScreen({ itemId }: { itemId: string | null }) {
  const api = useApi();
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text.trim(), 300);
  const items = useInfiniteQuery({
    queryKey: ["items", settled],
    queryFn: ({ pageParam, signal }) => api.items({ q: settled, after: pageParam, limit: pageSize }, signal),
    initialPageParam: start,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

  // A failed "load more" is said at the foot of the list, where the button was pressed.
  const { data, error, dataUpdatedAt, refetch } = items;
  const firstPage = { data, error: items.isFetchNextPageError ? null : error, dataUpdatedAt, refetch };

  return (
    <Screen title="Catalogue" lead="What can be recommended: the items the shop described, and those only met in events so far.">
      <TextInput
        label="Search the catalogue"
        placeholder="Words of the title, or an id"
        type="search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maw={420}
      />
      <QueryView query={firstPage} loading="Reading the catalogue …">
        {({ pages }) => {
          const all = pages.flatMap((page) => page.items);
          const total = pages[0]?.total ?? all.length;
          if (all.length === 0) return <NoItems search={settled} />;
          return (
            <Panel title={settled ? "Found" : "Items"} aside={<Shown shown={all.length} total={total} />}>
              <ItemsTable items={all} />
              {items.isFetchNextPageError ? <ErrorNote error={items.error} /> : null}
              {items.hasNextPage ? (
                <Group justify="center">
                  <Button variant="default" loading={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>
                    Load more
                  </Button>
                </Group>
              ) : null}
            </Panel>
          );
        }}
      </QueryView>
      <ItemDrawer itemId={itemId} />
    </Screen>
  );
}

function Shown({ shown, total }: { shown: number; total: number }) {
  return (
    <Text size="sm" c="dimmed" role="status">
      {formatCount(shown)} of {formatCount(total)} shown
    </Text>
  );
}

function NoItems({ search }: { search: string }) {
  if (search) return <EmptyNote title={`Nothing matches “${search}”`}>Try fewer or other words.</EmptyNote>;
  return (
    <EmptyNote title="The catalogue is empty">
      Send the shop's items, or import a file; items that turn up in events appear here by themselves.
    </EmptyNote>
  );
}
