import { useCallback, useEffect, useState } from "react";
import type { ApiError } from "../api.ts";
import { loadKey, saveKey, takeKeyFromAddress } from "./key-storage.ts";

type KeyState = { serverKey: string | null; refusal: ApiError | null };

function firstKey(): KeyState {
  const serverKey = takeKeyFromAddress() ?? loadKey();
  saveKey(serverKey);
  return { serverKey, refusal: null };
}

export function useServerKey() {
  const [state, setState] = useState<KeyState>(firstKey);

  const accept = useCallback((serverKey: string) => {
    saveKey(serverKey);
    setState({ serverKey, refusal: null });
  }, []);

  const leave = useCallback(() => {
    saveKey(null);
    setState({ serverKey: null, refusal: null });
  }, []);

  const refuse = useCallback((refusedKey: string, refusal: ApiError) => {
    setState((now) => {
      // A late answer to an earlier key must not throw out the one that replaced it.
      if (now.serverKey !== refusedKey) return now;
      saveKey(null);
      return { serverKey: null, refusal };
    });
  }, []);

  // Pasting the printed address into an open console changes only the hash: the page is not loaded again.
  useEffect(() => {
    const onHash = () => {
      const key = takeKeyFromAddress();
      if (key) accept(key);
    };
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, [accept]);

  return { ...state, accept, leave, refuse };
}
