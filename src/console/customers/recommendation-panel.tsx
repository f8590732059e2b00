import { Button, Group, NativeSelect, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RecommendationsBody } from "#server/contract/recommendations.ts";
import { useApi } from "../api-context.ts";
import { Panel } from "../parts/panel.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { ItemPicker } from "./item-picker.tsx";
import { Recommendation } from "./recommendation.tsx";
import { needOf, previewBody, surfaceChoices } from "./surface-choices.ts";

export function RecommendationPanel({ customerId }: { customerId: string }) {
  const [surface, setSurface] = useState("for-you");
  const [item, setItem] = useState("");
  const need = needOf(surface);
  const body = previewBody(customerId, surface, item);

  return (
    <Panel title="What they would see, and why" lead="Every score is the sum of its reasons; the bars show what each one adds or takes away.">
      <Group align="end" gap="sm">
        <NativeSelect
          label="Place on the page"
          data={surfaceChoices}
          value={surface}
          onChange={(event) => setSurface(event.currentTarget.value)}
          w={220}
        />
        {need === "nothing" ? null : (
          <ItemPicker label={need === "product" ? "Product of the page" : "Product in the basket (optional)"} item={item} onPick={setItem} />
        )}
      </Group>
      {body ? (
        <Preview body={body} />
      ) : (
        <Text size="sm" c="dimmed">
          This place belongs to a product page: name the product first.
        </Text>
      )}
    </Panel>
  );
}

function Preview({ body }: { body: RecommendationsBody }) {
  const api = useApi();
  const answer = useQuery({
    queryKey: ["preview", body],
    queryFn: ({ signal }) => api.recommend(body, signal),
    placeholderData: keepPreviousData,
    // As often as the consents beside it, so that a withdrawal shows here as well.
    refetchInterval: 15_000,
    gcTime: 0,
  });
  return (
    <QueryView query={answer} loading="Asking for recommendations …">
      {(data) => (
        <>
          <Recommendation answer={data} />
          <Group>
            <Button variant="default" size="compact-sm" loading={answer.isFetching} onClick={() => void answer.refetch()}>
              Ask again
            </Button>
          </Group>
        </>
      )}
    </QueryView>
  );
}
