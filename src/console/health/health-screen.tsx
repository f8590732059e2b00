import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api-context.ts";
import { QueryView } from "../parts/query-view.tsx";
import { Screen } from "../parts/screen.tsx";
import { ConsentBars } from "./consent-bars.tsx";
import { ServerStats } from "./server-stats.tsx";
import { ShopStats } from "./shop-stats.tsx";

const every = 2000;

export function HealthScreen() {
  const api = useApi();
  const health = useQuery({ queryKey: ["health"], queryFn: ({ signal }) => api.health(signal), refetchInterval: every });
  const shop = useQuery({ queryKey: ["shop"], queryFn: ({ signal }) => api.shop(signal), refetchInterval: every });
  const fine = health.data?.status === "ok" && !health.error;
  const status = health.error ? "no answer" : health.data?.status;

  return (
    <Screen
      title="Overview"
      lead="How the engine is, what it holds, and what people allow. Read again every 2 seconds."
      actions={
        status ? (
          <Badge size="lg" color={fine ? "petrol" : "red.9"} variant="filled" aria-label={`Status: ${status}`}>
            {status}
          </Badge>
        ) : null
      }
    >
      <QueryView query={health} loading="Asking the server how it is …">
        {(data) => <ServerStats health={data} />}
      </QueryView>
      <QueryView query={shop} loading="Counting what the shop holds …">
        {(data) => (
          <>
            <ShopStats shop={data} />
            <ConsentBars consents={data.consents} />
          </>
        )}
      </QueryView>
    </Screen>
  );
}
