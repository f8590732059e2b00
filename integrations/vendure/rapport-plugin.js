"use strict";

const {
  AccountRegistrationEvent,
  CollectionService,
  ConfigService,
  CustomerService,
  EventBus,
  JobQueueService,
  Logger,
  LoginEvent,
  OrderLineEvent,
  OrderPlacedEvent,
  OrderService,
  OrderStateTransitionEvent,
  PluginCommonModule,
  ProcessContext,
  ProductEvent,
  ProductService,
  ProductVariantEvent,
  ProductVariantService,
  RefundStateTransitionEvent,
  RequestContextService,
  StockMovementEvent,
  VendurePlugin,
} = require("@vendure/core");
const { createIds, createMoney, describeItems, describeOrder, itemIdOf } = require("./describe-shop.js");
const { createRapport, Refused } = require("./send-to-rapport.js");

const context = "RapportPlugin";
/** Each try of a job lasts half a minute; together they outlast an hour in which Rapport is away. */
const jobRetries = 200;
const productsAPage = 100;

const headerOf = (ctx) => {
  const value = ctx.req?.headers?.["x-rapport-anonymous-id"];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/**
 * Tells Rapport of orders, products, baskets and sign-ins. Orders and products go through the shop's job queue: what
 * Rapport cannot take now is sent later, as it then stands, and no request of a customer ever waits for it.
 */
class RapportPlugin {
  constructor(eventBus, jobQueues, orders, products, variants, collections, customers, contexts, processContext, config) {
    Object.assign(this, { eventBus, jobQueues, orders, products, variants, collections, customers, contexts, processContext });
    this.means = { idOf: createIds(config), money: createMoney(config) };
    this.options = { itemId: "product", syncOnStart: true, anonymousId: headerOf, ...RapportPlugin.options };
    this.rapport = createRapport(this.options);
  }

  static init(options) {
    for (const name of ["url", "serverKey"])
      if (typeof options?.[name] !== "string" || options[name] === "") throw new Error(`RapportPlugin: ${name} is missing`);
    RapportPlugin.options = options;
    return RapportPlugin;
  }

  async onApplicationBootstrap() {
    this.queue = await this.jobQueues.createQueue({ name: "rapport", process: (job) => this.work(job.data) });
    const later = (data) =>
      this.queue.add(data, { retries: jobRetries }).catch((error) => Logger.error(`a job was not kept: ${error.message}`, context));
    this.listen(later);
    if (this.options.syncOnStart && this.processContext.isServer) void later({ kind: "catalogue", skip: 0 });
  }

  listen(later) {
    const on = (type, tell) => this.eventBus.ofType(type).subscribe((event) => void tell(event));
    const order = ({ order: { id } }) => later({ kind: "order", orderId: id });
    on(OrderPlacedEvent, order);
    on(OrderStateTransitionEvent, (event) => event.order.orderPlacedAt && event.toState !== "Modifying" && order(event));
    on(RefundStateTransitionEvent, (event) => event.toState === "Settled" && order(event));
    on(OrderLineEvent, (event) => (event.order.orderPlacedAt ? order(event) : this.tellBasket(event)));
    on(ProductEvent, ({ entity }) => later({ kind: "product", productId: entity.id }));
    on(ProductVariantEvent, ({ entity, type }) => {
      for (const productId of new Set(entity.map((variant) => variant.productId).filter((id) => id !== undefined)))
        later({ kind: "product", productId });
      if (type === "deleted" && this.options.itemId !== "product")
        later({ kind: "withdraw", itemIds: entity.map((variant) => itemIdOf(variant, this.options, this.means.idOf)) });
    });
    on(StockMovementEvent, ({ stockMovements }) => {
      const productIds = new Set(stockMovements.map(({ productVariant }) => productVariant?.productId).filter((id) => id !== undefined));
      for (const productId of productIds) later({ kind: "product", productId });
    });
    on(AccountRegistrationEvent, (event) => this.tellSignIn(event));
    on(LoginEvent, (event) => this.tellSignIn(event));
  }

  /** One job. Throws when it has to be tried again. */
  async work(data) {
    try {
      const ctx = await this.contexts.create({ apiType: "admin" });
      if (data.kind === "order") return await this.sendOrder(ctx, data.orderId);
      if (data.kind === "product") return await this.sendProducts(ctx, [data.productId]);
      if (data.kind === "withdraw") return await this.withdraw(data.itemIds);
      return await this.sendCatalogue(ctx);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      Logger.error(`given up: ${error.message}`, context);
      return { refused: true };
    }
  }

  async sendOrder(ctx, orderId) {
    const relations = ["lines", "lines.productVariant", "customer", "payments", "payments.refunds", "payments.refunds.lines"];
    const order = await this.orders.findOne(ctx, orderId, relations);
    if (!order?.orderPlacedAt) return { orders: 0 };
    const { accepted, ignored, rejected } = await this.rapport.insist("POST", "/v1/orders", {
      orders: [describeOrder(order, this.options, this.means)],
    });
    for (const { code, detail } of rejected) Logger.error(`an order was refused: ${code} (${detail})`, context);
    return { accepted, ignored };
  }

  async sendProducts(ctx, productIds) {
    const items = [];
    const gone = [];
    for (const productId of productIds) {
      const product = await this.products.findOne(ctx, productId, ["facetValues", "facetValues.facet", "featuredAsset"]);
      const { items: variants } = product ? await this.variants.getVariantsByProductId(ctx, productId, {}) : { items: [] };
      const stocked = [];
      for (const variant of variants) stocked.push({ variant, stock: await this.variants.getSaleableStockLevel(ctx, variant) });
      const collections = product ? await this.collections.getCollectionsByProductId(ctx, productId, true) : [];
      const described = product
        ? describeItems(
            product,
            stocked,
            collections.map(({ name }) => name),
            this.options,
            this.means,
          )
        : [];
      if (described.length === 0 && this.options.itemId === "product") gone.push(this.means.idOf(productId));
      items.push(...described);
    }
    for (let start = 0; start < items.length; start += 1000)
      await this.rapport.insist("PUT", "/v1/items", { items: items.slice(start, start + 1000) });
    await this.withdraw(gone);
    return { items: items.length, gone: gone.length };
  }

  async sendCatalogue(ctx) {
    let sent = 0;
    for (let skip = 0; ; skip += productsAPage) {
      const { items: page } = await this.products.findAll(ctx, { skip, take: productsAPage, sort: { id: "ASC" } }, []);
      if (page.length > 0)
        sent += (
          await this.sendProducts(
            ctx,
            page.map(({ id }) => id),
          )
        ).items;
      if (page.length < productsAPage) return { items: sent };
    }
  }

  /** What the shop takes away is shown no more; what it was stays known. */
  async withdraw(itemIds) {
    for (const itemId of itemIds) {
      try {
        const item = await this.rapport.insist("GET", `/v1/items/${encodeURIComponent(itemId)}`);
        if (item.available) await this.rapport.insist("PUT", "/v1/items", { items: [{ ...item, available: false }] });
      } catch (error) {
        // Rapport never heard of it.
        if (!(error instanceof Refused)) throw error;
      }
    }
    return { withdrawn: itemIds.length };
  }

  /** Baskets and sign-ins are told once, while they are fresh, and are kept only if the person allows it. */
  async tell(message) {
    try {
      await this.rapport.send("POST", "/v1/batch", { batch: [message] });
    } catch (error) {
      Logger.verbose(`not told: ${error.message}`, context);
    }
  }

  async tellBasket({ ctx, order, orderLine, type }) {
    const anonymousId = this.options.anonymousId(ctx, order);
    const customerId = order.customer ? this.means.idOf(order.customer.id) : undefined;
    if ((anonymousId === undefined && customerId === undefined) || type === "cancelled" || !orderLine.productVariant) return;
    // A new line is told as made and as changed: its quantity makes that one message.
    await this.tell({
      type: "track",
      event: type === "deleted" ? "Product Removed" : "Product Added",
      messageId: `vendure:${order.code}:${orderLine.id}:${type === "deleted" ? 0 : orderLine.quantity}`,
      ...(customerId === undefined ? {} : { userId: customerId }),
      ...(anonymousId === undefined ? {} : { anonymousId }),
      properties: {
        product_id: itemIdOf(orderLine.productVariant, this.options, this.means.idOf),
        quantity: Math.max(1, orderLine.quantity),
        price: this.means.money(orderLine.productVariant.priceWithTax ?? orderLine.listPrice),
        currency: order.currencyCode,
      },
    });
  }

  async tellSignIn({ ctx, user }) {
    const anonymousId = this.options.anonymousId(ctx);
    if (anonymousId === undefined || !user) return;
    const customer = await this.customers.findOneByUserId(ctx, user.id).catch(() => undefined);
    if (!customer) return;
    const userId = this.means.idOf(customer.id);
    await this.tell({ type: "identify", messageId: `vendure:identify:${userId}:${anonymousId}`.slice(0, 200), userId, anonymousId });
  }
}

// What a decorator would say, in plain JavaScript.
Reflect.defineMetadata(
  "design:paramtypes",
  [
    EventBus,
    JobQueueService,
    OrderService,
    ProductService,
    ProductVariantService,
    CollectionService,
    CustomerService,
    RequestContextService,
    ProcessContext,
    ConfigService,
  ],
  RapportPlugin,
);
VendurePlugin({ imports: [PluginCommonModule], compatibility: "^3.0.0" })(RapportPlugin);

module.exports = { RapportPlugin };
