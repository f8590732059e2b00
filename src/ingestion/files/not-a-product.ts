// Lines of an order that are no product: postage, fees, discounts, vouchers, corrections. To learn from them would
// be to recommend postage.
//
// The rule errs on the side of keeping. A line is left out when
// 1. its item code is one of the words below, whole; or
// 2. its title (or, where the file has no codes, the item itself) is such a word or phrase, whole; or
// 3. its code has at most four characters and no digit ("POST", "DOT", "M", "D", "S", "B", "CRUK", "PADS"), in a file
//    whose codes nearly all (95 of 100 lines) have a digit. In a file where items are named in words, "TEA" is tea.

const codes =
  "(POSTAGE|SHIPPING|DELIVERY|CARRIAGE|FREIGHT|DISCOUNT|MANUAL|BANK CHARGES|AMAZON ?FEE|ADJUST(MENT)?[0-9]*|TEST[0-9]{3}|GIFT[ _-]?(CARD|VOUCHER)|GIFT_[0-9].*)";

const titles = [
  "((dotcom|standard|express|next day) )?(postage|carriage|shipping|delivery|freight)( (and|&) (packing|packaging|handling))?( (charges?|fees?|costs?))?",
  "(packing|handling|bank|amazon|service|payment) (charges?|fees?)",
  "manual|discount|samples?|cruk commission|adjust bad debt|this is a test product\\.?",
  "adjust(ment)?( by .*)?",
  "(.* )?gift vouchers?( [^a-z]*[0-9].*)?",
];

/** Share of lines whose code has a digit from which on codes without one are odd. */
export const digitShare = 0.95;

/** SQL for "this line is no product"; `codesHaveDigits` as measured over the whole file. */
export function notAProduct(item: string, title: string, codesHaveDigits: boolean): string {
  const worded = `regexp_full_match(lower(coalesce(${title}, ${item})), '${titles.join("|")}')`;
  const coded = `regexp_full_match(upper(${item}), '${codes}')`;
  const short = codesHaveDigits ? ` OR (length(${item}) <= 4 AND NOT regexp_matches(${item}, '[0-9]'))` : "";
  return `(${coded} OR ${worded}${short})`;
}
