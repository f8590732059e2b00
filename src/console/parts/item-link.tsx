import { Anchor } from "@mantine/core";
import { hashOf } from "../shell/use-hash-route.ts";
import { useItemTitle } from "./use-item-title.ts";

/** To the item in the catalogue. Without a title it looks one up. */
export function ItemLink({ id, title }: { id: string; title?: string }) {
  return title === undefined ? <LookedUpLink id={id} /> : <TitledLink id={id} title={title} />;
}

function LookedUpLink({ id }: { id: string }) {
  return <TitledLink id={id} title={useItemTitle(id)} />;
}

function TitledLink({ id, title }: { id: string; title: string }) {
  return (
    <Anchor href={hashOf("catalogue", id)} inherit className="breakable" title={`Item ${id}`}>
      {title || id}
    </Anchor>
  );
}
