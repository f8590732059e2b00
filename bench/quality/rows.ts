import type { QualityRow } from "./row.ts";
import { ml100kLoo, ml100kRating, mlLatestSmall, mlLatestSmallLoo } from "./rows/films.ts";
import { onlineRetail } from "./rows/online-retail.ts";
import { retailrocket } from "./rows/retailrocket.ts";
import { serenade } from "./rows/serenade.ts";
import { tafeng } from "./rows/tafeng.ts";

export const rows: readonly QualityRow[] = [ml100kLoo, ml100kRating, mlLatestSmall, mlLatestSmallLoo, serenade, tafeng, onlineRetail, retailrocket];
