import { type QueryClient, useQuery } from "@tanstack/react-query";
import { useApi } from "../api-context.ts";

const titleKey = (id: string) => ["item-title", id] as const;
const minutes = 60_000;

/** The item's title; its id until the title is known, and for good when the catalogue does not know it. */
export function useItemTitle(id: string): string {
  const api = useApi();
  const title = useQuery({
    queryKey: titleKey(id),
    queryFn: async ({ signal }) => (await api.item(id, signal)).title,
    staleTime: 10 * minutes,
    retry: false,
  });
  return title.data ?? id;
}

/** Titles that came along with another answer need not be asked for again. */
export function rememberTitles(client: QueryClient, items: Iterable<{ id: string; title: string }>): void {
  for (const item of items) client.setQueryData(titleKey(item.id), item.title);
}
