import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useApi } from "../api-context.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { QueryView } from "../parts/query-view.tsx";
import { Screen } from "../parts/screen.tsx";
import { rememberTitles } from "../parts/use-item-title.ts";
import { ConsentList } from "./consent-list.tsx";
import { CustomerHistory } from "./customer-history.tsx";
import { CustomerPicker } from "./customer-picker.tsx";
import { RecommendationPanel } from "./recommendation-panel.tsx";

export function CustomerScreen({ customerId }: { customerId: string | null }) {
  return (
    <Screen title="A customer's view" lead="What would they see, and why? Looking here records nothing: nobody is being shown these items.">
      <CustomerPicker key={`pick ${customerId}`} customerId={customerId} />
      {customerId === null ? (
        <EmptyNote title="Pick a customer">
          Choose one of the list or type an id. You see their answers on consent, their history if they allow it, and what they would be shown.
        </EmptyNote>
      ) : (
        <CustomerView key={`view ${customerId}`} customerId={customerId} />
      )}
    </Screen>
  );
}

function CustomerView({ customerId }: { customerId: string }) {
  const api = useApi();
  const client = useQueryClient();
  const customer = useQuery({
    queryKey: ["customer", customerId],
    queryFn: async ({ signal }) => {
      const reply = await api.customer(customerId, signal);
      rememberTitles(client, reply.history?.flatMap((entry) => entry.items) ?? []);
      return reply;
    },
    // Consents change while one looks; a withdrawn one must not leave a history standing.
    refetchInterval: 15_000,
    gcTime: 0,
  });

  return (
    <QueryView query={customer} loading="Reading what may be read about this customer …">
      {({ consents, history }) => (
        <div className="customer-grid">
          <ConsentList decisions={consents.decisions} />
          <RecommendationPanel customerId={customerId} />
          <CustomerHistory history={history} />
        </div>
      )}
    </QueryView>
  );
}
