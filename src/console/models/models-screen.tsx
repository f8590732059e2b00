import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api-context.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { Screen } from "../parts/screen.tsx";
import { ModelCard } from "./model-card.tsx";

export function ModelsScreen() {
  const api = useApi();
  const models = useQuery({ queryKey: ["models"], queryFn: ({ signal }) => api.models(signal), refetchInterval: 10_000 });
  return (
    <Screen title="Model card" lead="What each model was learnt from, how it is set, and how good it is. The models know items, never people.">
      <QueryView query={models} loading="Reading the models …">
        {(data) =>
          data.models.length === 0 ? (
            <EmptyNote title="No model yet">
              The first one is built as soon as there is something to learn from. Until then nothing personal is recommended.
            </EmptyNote>
          ) : (
            data.models.map((model) => <ModelCard key={model.name} model={model} />)
          )
        }
      </QueryView>
    </Screen>
  );
}
