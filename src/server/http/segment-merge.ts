import { type Fields, isRecord } from "./decode-fields.ts";

/**
 * RudderStack's merge says by `mergeProperties` which two names are one person's: `[{"type": "user_id", "value": …}, …]`.
 * Here that is an identify; pairs of other things (addresses, phone numbers) name nobody whom Rapport knows.
 */
export function identifyOfMerge(message: Fields): Fields {
  const pairs = Array.isArray(message.mergeProperties) ? message.mergeProperties.filter(isRecord) : [];
  const named = (kind: string) => pairs.find(({ type }) => typeof type === "string" && type.toLowerCase().replace(/[^a-z]/g, "") === kind)?.value;
  return { ...message, userId: named("userid") ?? message.userId, anonymousId: named("anonymousid") ?? message.anonymousId };
}
