import type { BackupOptions, StoreCare } from "../ports/store-care.ts";

/** All of a store as the lines of a backup, at the pace of whoever reads them. */
export async function* streamOf(care: StoreCare, options: BackupOptions): AsyncGenerator<Uint8Array> {
  let piece: string | null = null;
  let taken = () => {};
  let wake = () => {};
  let isOver = false;
  let left = false;
  let failure: { readonly error: unknown } | null = null;
  const writing = care
    .backUp(options, async (text) => {
      if (left) throw new Error("nobody reads the store any more");
      piece = text;
      wake();
      await new Promise<void>((resolve) => {
        taken = resolve;
      });
    })
    .catch((error: unknown) => {
      failure = { error };
    })
    .then(() => {
      isOver = true;
      wake();
    });
  try {
    for (;;) {
      if (piece !== null) {
        const bytes = Buffer.from(piece);
        piece = null;
        yield bytes;
        taken();
      } else if (isOver) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    if (failure !== null) throw (failure as { error: unknown }).error;
  } finally {
    left = true;
    taken();
    await writing;
  }
}
