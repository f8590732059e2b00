import type { Purposes } from "../public-types.ts";
import type { Fields } from "./read-fields.ts";

/**
 * Google's Consent Mode as answers. Only an `update` is the person's act; a `default` is what the shop presumes, and
 * grants nothing. Analytics is measuring, personalization is personalizing; learning wants both, and anything that is
 * not "granted" is a no. What was never updated stays undecided.
 */
export function createConsentMode(globalPrivacyControl: boolean): (params: Fields) => Purposes | null {
  let measure: boolean | undefined;
  let personalize: boolean | undefined;
  return (params) => {
    const [analytics, personalization] = [params.analytics_storage, params.personalization_storage];
    if (analytics === undefined && personalization === undefined) return null;
    if (analytics !== undefined) measure = analytics === "granted";
    if (personalization !== undefined) personalize = personalization === "granted";
    const purposes: Purposes = {};
    if (measure !== undefined) purposes.measure = measure;
    if (personalize !== undefined) purposes.personalize = personalize;
    // A browser that objects to sharing does not join the shop's counts by a banner's say; the shop may ask in so many words.
    if (measure === false || personalize === false || globalPrivacyControl) purposes.learn = false;
    else if (measure === true && personalize === true) purposes.learn = true;
    return purposes;
  };
}
