import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api-context.ts";
import { QueryView } from "../parts/query-view.tsx";
import { goTo } from "../shell/use-hash-route.ts";
import { ItemDetail } from "./item-detail.tsx";

export function ItemDrawer({ itemId }: { itemId: string | null }) {
  return (
    <Drawer
      opened={itemId !== null}
      onClose={() => goTo("catalogue")}
      position="right"
      size="lg"
      title="Item"
      closeButtonProps={{ "aria-label": "Close the item" }}
    >
      {itemId === null ? null : <LoadedItem itemId={itemId} />}
    </Drawer>
  );
}

function LoadedItem({ itemId }: { itemId: string }) {
  const api = useApi();
  const item = useQuery({ queryKey: ["item", itemId], queryFn: ({ signal }) => api.item(itemId, signal) });
  return (
    <QueryView query={item} loading="Reading the item …">
      {(data) => <ItemDetail item={data} />}
    </QueryView>
  );
}
