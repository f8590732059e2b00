// A real Vendure shop with Rapport's plugin: node serve-shop.mjs PORT DATA-FOLDER RAPPORT-URL SERVER-KEY
// Says "shop api: URL" when it listens, and ends when its parent does.
import { createRequire, Module } from "node:module";
import { join } from "node:path";

const here = createRequire(import.meta.url);
const { DefaultLogger, LogLevel, LanguageCode, PaymentMethodHandler, mergeConfig } = here("@vendure/core");
const { SqljsInitializer, createTestEnvironment, registerInitializer, testConfig } = here("@vendure/testing");
// The plugin is outside this folder and must find the Vendure that is in it, as it does where it is installed.

const [resolve, core] = [Module._resolveFilename, here.resolve("@vendure/core")];
Module._resolveFilename = (request, ...rest) => (request === "@vendure/core" ? core : resolve(request, ...rest));
const { RapportPlugin } = here("../../../integrations/vendure/rapport-plugin.js");

const [port, folder, rapportUrl, serverKey] = process.argv.slice(2);
process.on("disconnect", () => process.exit(0));

const payByPromise = new PaymentMethodHandler({
  code: "promise",
  description: [{ languageCode: LanguageCode.en, value: "Pays at once" }],
  args: {},
  createPayment: (_ctx, _order, amount) => ({ amount, state: "Settled", transactionId: "t-1", metadata: {} }),
  settlePayment: () => ({ success: true }),
  createRefund: () => ({ state: "Settled", transactionId: "r-1" }),
});

registerInitializer("sqljs", new SqljsInitializer(folder, 1000));
const config = mergeConfig(testConfig, {
  apiOptions: { port: Number(port), hostname: "127.0.0.1" },
  logger: process.env.LOG ? new DefaultLogger({ level: LogLevel.Verbose }) : testConfig.logger,
  paymentOptions: { paymentMethodHandlers: [payByPromise] },
  plugins: [RapportPlugin.init({ url: rapportUrl, serverKey })],
});
const { server, adminClient } = createTestEnvironment(config);
await server.init({
  initialData: {
    defaultLanguage: LanguageCode.en,
    defaultZone: "Europe",
    countries: [{ name: "United Kingdom", code: "GB", zone: "Europe" }],
    taxRates: [{ name: "Standard", percentage: 20 }],
    shippingMethods: [{ name: "Standard", price: 500 }],
    paymentMethods: [{ name: "Promise", handler: { code: payByPromise.code, arguments: [] } }],
    collections: [],
  },
  productsCsvPath: join(import.meta.dirname, "products.csv"),
  customerCount: 2,
});
await adminClient.asSuperAdmin();
process.send?.({ listening: `http://127.0.0.1:${port}` });
