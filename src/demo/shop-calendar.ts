import { dayMs, dayNumber, type EpochMs } from "#domain/clock.ts";
import type { Season } from "./wares/ware.ts";

// The shop keeps a calendar of its own; nothing here says anything about what a customer celebrates.

/** A feast of the lunar year, by its mean length: good to a day or two, which is all a demonstration needs. */
const lunarYearDays = 354.367;
const lunarFeasts = [Date.UTC(2025, 2, 31), Date.UTC(2025, 5, 7)].map(dayNumber);

/** Busier towards the weekend, quiet on Mondays; Sunday first. */
const weekdayTraffic = [1.3, 0.75, 0.8, 0.9, 0.95, 1.15, 1.4];
/** Mornings slow, a bump at lunch, the evening strongest. */
const hourTraffic = [1, 0.5, 0.2, 0.1, 0.1, 0.2, 1, 2, 3, 4, 4.5, 5, 6, 5.5, 4.5, 4, 4.5, 5, 6, 8, 10, 11, 8, 4];

export function trafficByHour(): readonly number[] {
  return hourTraffic;
}

/** How many people come on a day, 1 = usual. */
export function trafficOn(at: EpochMs): number {
  const weekday = new Date(at).getUTCDay();
  return (weekdayTraffic[weekday] as number) * (1 + 0.5 * giftMood(at));
}

/** How much more than usual a season's things are wanted on a day, 1 = usual. */
export function seasonBoost(season: Season | undefined, at: EpochMs): number {
  if (season === undefined) return 1;
  if (season === "gifts") return 1 + 2.2 * giftMood(at);
  const dayOfYear = dayNumber(at) - dayNumber(Date.UTC(new Date(at).getUTCFullYear(), 0, 1));
  const peakDay = season === "spring" ? 110 : 350;
  const away = Math.abs(((dayOfYear - peakDay + 547) % 365) - 182);
  return 0.55 + 2 * Math.exp(-((away / 45) ** 2));
}

/** 0 on an ordinary day, up to 1 in the days before the winter holidays or a feast. */
function giftMood(at: EpochMs): number {
  const year = new Date(at).getUTCFullYear();
  const winter = (Date.UTC(year, 11, 23) - at) / dayMs;
  const today = dayNumber(at);
  const feasts = lunarFeasts.map((feast) => {
    const ahead = (feast - today) % lunarYearDays;
    return ahead < 0 ? ahead + lunarYearDays : ahead;
  });
  return Math.max(risingTowards(winter, 45), ...feasts.map((days) => 0.8 * risingTowards(days, 21)));
}

function risingTowards(daysAhead: number, lead: number): number {
  return daysAhead < 0 || daysAhead > lead ? 0 : 1 - daysAhead / lead;
}
