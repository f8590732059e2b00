import { isDataUse } from "#domain/data-use.ts";
import { isUsableId } from "#domain/ids.ts";
import { isPurpose } from "#domain/purpose.ts";
import type { CentreServices, TasteKind } from "./centre-services.ts";
import { isMessageKey, type MessageKey } from "./say.ts";
import { type Section, sectionPath } from "./shell.ts";
import { forgottenPath } from "./views/forget-view.ts";
import { isImpersonal, type PauseLength, pauseDays, pauseEnd } from "./views/home-view.ts";
import { mostMessages } from "./views/messages-view.ts";

export type Form = Readonly<Record<string, string>>;

/** What a form did: where to look at it, and the note that says so. Null: it made no sense, and nothing was done. */
export type Done = { readonly to: string; readonly ends?: boolean } | null;
type Sender = { readonly gpc: boolean; readonly locale: string };
type Act = (services: CentreServices, form: Form, sender: Sender) => Promise<Done>;

/** Notes travel as names, so that no text can be put into somebody's page by an address. */
const noted = (section: Section, note: string, about: Readonly<Record<string, string | number>> = {}): Done => {
  const query = new URLSearchParams([["note", note], ...Object.entries(about).map(([name, value]) => [name, String(value)])]);
  return { to: `${sectionPath(section)}?${query}` };
};

const heldNote = (held: "age" | "other"): string => (held === "age" ? "held-age" : "held");

const tasteKinds: Readonly<Record<string, Readonly<Record<string, TasteKind>>>> = {
  less: { item: "less", category: "mute-category", brand: "mute-brand" },
  more: { item: "more-item", category: "more-category", brand: "more-brand" },
};

function kindOf(wish: string | undefined, kind: string | undefined): TasteKind | null {
  const kinds = Object.hasOwn(tasteKinds, wish ?? "") ? tasteKinds[wish!]! : {};
  return Object.hasOwn(kinds, kind ?? "") ? kinds[kind!]! : null;
}

/** A key that came with a form: some text, and no more than that. */
const keyIn = (form: Form, name: string): string | null => {
  const key = form[name];
  return key !== undefined && key !== "" && key.length <= 600 && key.isWellFormed() ? key : null;
};

/** Everything that changes something. Nothing in a form says whom it is about: the session does. */
export const actions: Readonly<Record<string, Act>> = {
  async dial(services, { level }) {
    if (!isDataUse(level)) return null;
    await services.setDial(level);
    return noted("dial", "dial", { level });
  },

  async pause(services, { length }) {
    if (length === undefined || !Object.hasOwn(pauseDays, length)) return null;
    await services.pause(pauseEnd(length as PauseLength, services.clock()));
    return noted("home", "paused");
  },

  async resume(services) {
    await services.resume();
    return noted("home", "resumed");
  },

  /** What everybody sees, in one step; what was allowed for other things stays. */
  async impersonal(services) {
    await services.setDial("nothing");
    return noted("home", "impersonal");
  },

  async personal(services, _form, { gpc, locale }) {
    const standing = await services.standing();
    const held = standing.mayPersonalize ? null : await services.setPermission("personalize", true, gpc, locale);
    if (held !== null) return noted("home", heldNote(held), { purpose: "personalize" });
    if (isImpersonal({ ...standing, mayPersonalize: true }) || standing.chosen !== null) await services.setDial("everything");
    return noted("home", "personal");
  },

  async permission(services, { purpose, granted }, { gpc, locale }) {
    if (purpose === undefined || !isPurpose(purpose) || (granted !== "yes" && granted !== "no")) return null;
    const held = await services.setPermission(purpose, granted === "yes", gpc, locale);
    const note = held !== null ? heldNote(held) : granted === "yes" ? "permission-on" : "permission-off";
    return noted("permissions", note, { purpose });
  },

  async delete(services, form) {
    const id = keyIn(form, "id");
    if (id === null) return null;
    await services.deleteDeed(id);
    return noted("known", "deleted");
  },

  async unused(services, form) {
    const id = keyIn(form, "id");
    if (id === null || (form.unused !== "yes" && form.unused !== "no")) return null;
    await services.setUnused(id, form.unused === "yes");
    return noted("known", form.unused === "yes" ? "unused" : "used");
  },

  async wrong(services, form) {
    const key = keyIn(form, "key");
    if (key === null) return null;
    await services.suppress(key);
    return noted("known", "corrected");
  },

  async allow(services, form) {
    const key = keyIn(form, "key");
    if (key === null) return null;
    await services.allow(key);
    return noted("known", "allowed");
  },

  async taste(services, form) {
    const [kind, category] = [kindOf(form.wish, "category"), keyIn(form, "category")];
    if (kind === null || category === null || !isUsableId(category)) return null;
    await services.choose(kind, category);
    return noted("tastes", form.wish === "less" ? "less" : "more");
  },

  async undo(services, form) {
    const [kind, key] = [kindOf(form.wish, form.kind), keyIn(form, "key")];
    if (kind === null || key === null) return null;
    await services.unchoose(kind, key);
    return noted("tastes", "undone");
  },

  async messages(services, { perWeek }) {
    if (perWeek === undefined || !/^\d{1,3}$/.test(perWeek) || Number(perWeek) > mostMessages) return null;
    await services.setMessages(Number(perWeek));
    return noted("messages", "budget", { count: Number(perWeek) });
  },

  async told(services, form) {
    const [key, value] = [keyIn(form, "key"), form.value];
    if (key === null || value === undefined || value.trim() === "") return null;
    await services.setTold(key, value.trim());
    return noted("known", "told");
  },

  async untold(services, form) {
    const key = keyIn(form, "key");
    if (key === null) return null;
    await services.setTold(key, null);
    return noted("known", "deleted");
  },

  async ask({ rights }, { kind }) {
    if (rights === undefined || (kind !== "objection" && kind !== "restriction" && kind !== "rectification")) return null;
    await rights.ask(kind);
    return noted("rights", `asked-${kind}`);
  },

  async lift({ rights }) {
    if (rights === undefined) return null;
    await rights.lift();
    return noted("rights", "lifted");
  },

  async "take-back"({ rights }, form) {
    const id = keyIn(form, "id");
    if (rights === undefined || id === null) return null;
    await rights.takeBack(id);
    return noted("rights", "taken-back");
  },

  async forget(services, { sure }) {
    if (services.forget === undefined || sure !== "yes") return null;
    return { to: forgottenPath(await services.forget()), ends: true };
  },
};

/** The note that an address asks for, said with what the address says it is about, as far as that is known here. */
export function noteOf(
  query: Readonly<Record<string, string>>,
  tell: (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string,
): string | null {
  const key = `note.${query.note ?? ""}`;
  if (!isMessageKey(key)) return null;
  const said = (prefix: string, name: string | undefined): string => {
    const known = `${prefix}.${name ?? ""}`;
    return isMessageKey(known) ? tell(known) : "";
  };
  const count = /^\d{1,3}$/.test(query.count ?? "") ? Number(query.count) : 0;
  return tell(key, { level: said("dial", query.level), purpose: said("purpose", query.purpose), count });
}
