import type { ReactNode } from "react";
import { CatalogueScreen } from "../catalogue/catalogue-screen.tsx";
import { CustomerScreen } from "../customers/customer-screen.tsx";
import { EarnedScreen } from "../earned/earned-screen.tsx";
import { LiveEventsScreen } from "../events/live-events-screen.tsx";
import { HealthScreen } from "../health/health-screen.tsx";
import { ModelsScreen } from "../models/models-screen.tsx";
import { RightsScreen } from "../rights/rights-screen.tsx";
import type { IconName } from "./icon.tsx";

type Screen = {
  readonly path: IconName;
  readonly label: string;
  /** `id`: what follows the screen in the address, the one thing looked at. */
  readonly show: (id: string | null) => ReactNode;
};

export const screens: readonly [Screen, ...Screen[]] = [
  { path: "health", label: "Overview", show: () => <HealthScreen /> },
  { path: "events", label: "Live events", show: () => <LiveEventsScreen /> },
  { path: "catalogue", label: "Catalogue", show: (id) => <CatalogueScreen itemId={id} /> },
  { path: "customers", label: "A customer's view", show: (id) => <CustomerScreen customerId={id} /> },
  { path: "rights", label: "What people asked for", show: (id) => <RightsScreen requestId={id} /> },
  { path: "models", label: "Model card", show: () => <ModelsScreen /> },
  { path: "earned", label: "What it earned", show: () => <EarnedScreen /> },
];
