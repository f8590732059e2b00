import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api.ts";

const keyCodes = new Set(["KEY_MISSING", "KEY_UNKNOWN", "KEY_NOT_ALLOWED"]);

export function createQueryClient(onKeyRefused: (error: ApiError) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && keyCodes.has(error.code)) onKeyRefused(error);
      },
    }),
    defaultOptions: {
      queries: {
        // The server often runs on this very machine, which needs no network to be reached.
        networkMode: "always",
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 1 && !(error instanceof ApiError && error.isFinal),
      },
    },
  });
}
