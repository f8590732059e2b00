import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useMemo } from "react";
import { createApi } from "./api.ts";
import { ApiContext } from "./api-context.ts";
import { createQueryClient } from "./query-client.ts";
import { ConsoleShell } from "./shell/console-shell.tsx";
import { KeyForm } from "./shell/key-form.tsx";
import { useServerKey } from "./shell/use-server-key.ts";
import { theme } from "./theme.ts";

export function App() {
  const { serverKey, refusal, accept, leave, refuse } = useServerKey();
  const api = useMemo(() => (serverKey === null ? null : createApi(serverKey)), [serverKey]);
  // A new key may mean another shop: nothing that was read with the old one may stay on the screen.
  const queryClient = useMemo(() => (serverKey === null ? null : createQueryClient((error) => refuse(serverKey, error))), [serverKey, refuse]);

  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      {api && queryClient ? (
        <QueryClientProvider key={serverKey} client={queryClient}>
          <ApiContext value={api}>
            <ConsoleShell onLeave={leave} />
          </ApiContext>
        </QueryClientProvider>
      ) : (
        <KeyForm refusal={refusal} onKey={accept} />
      )}
    </MantineProvider>
  );
}
