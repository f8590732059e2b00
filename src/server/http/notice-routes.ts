import { Type } from "typebox";
import { ProblemError } from "#domain/problem.ts";
import { isPurpose, type Purpose } from "#domain/purpose.ts";
import { mainNotice } from "#privacy/consent/default-notice.ts";
import type { NewNotice, PublishedNotice } from "#privacy/consent/notices.ts";
import { noticeFaults } from "#privacy/consent/readability.ts";
import { errorReplies } from "../contract/errors.ts";
import { type NoticeReply, noticeReply, noticesReply, putNoticeBody } from "../contract/notices.ts";
import { allowAnyOrigin } from "./public-cors.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Consent"];

function toWire({ notice, hash, publishedAt, material }: PublishedNotice): NoticeReply {
  return {
    name: notice.name,
    version: notice.version,
    hash,
    publishedAt: new Date(publishedAt).toISOString(),
    material: [...material],
    faults: noticeFaults(notice),
    notice,
  };
}

function materialIn(given: boolean | string[] | undefined): Pick<NewNotice, "material"> {
  if (given === undefined || typeof given === "boolean") return { material: given ?? false };
  const unknown = given.find((purpose) => !isPurpose(purpose));
  if (unknown !== undefined) throw new ProblemError({ code: "NOTICE_INVALID", detail: `material: ${unknown.slice(0, 50)} is no purpose` });
  return { material: given as Purpose[] };
}

/** Notices: what people were told, version by version. Whoever has a hash can read what it stands for. */
export function addNoticeRoutes(app: App, { house, checkKey, learning }: RouteDeps): void {
  app.put(
    "/v1/notices",
    {
      preHandler: checkKey("server"),
      schema: {
        tags,
        summary: "Publish a version of a notice",
        description: "With material, consents that it does not cover end before this is answered. The same text again changes nothing.",
        body: putNoticeBody,
        response: { 200: noticeReply, ...errorReplies },
      },
    },
    async ({ shop, body }) => {
      const { material, ...said } = body;
      const published = await house.notices.publish(shop.shopId, { ...said, ...materialIn(material) } as NewNotice);
      if (!published.ok) throw new ProblemError(published.problem);
      if (published.value.ended > 0) learning.poke();
      return { ...toWire(published.value), ended: published.value.ended };
    },
  );

  app.get(
    "/v1/notices",
    { preHandler: checkKey("server"), schema: { tags, summary: "All versions of all notices", response: { 200: noticesReply, ...errorReplies } } },
    async ({ shop }) => ({ notices: (await house.notices.list(shop.shopId)).map(toWire) }),
  );

  app.get(
    "/v1/notices/current",
    {
      onRequest: allowAnyOrigin,
      preHandler: checkKey("write"),
      schema: {
        tags,
        summary: "The newest version of a notice, to be shown",
        querystring: Type.Object({ name: Type.Optional(Type.String()) }),
        response: { 200: noticeReply, ...errorReplies },
      },
    },
    async ({ shop, query }) => {
      const published = await house.notices.current(shop.shopId, query.name ?? mainNotice);
      if (published === null) throw new ProblemError({ code: "NOTICE_UNKNOWN", detail: "name" });
      return toWire(published);
    },
  );

  app.get(
    "/v1/notices/:hash",
    {
      onRequest: allowAnyOrigin,
      schema: {
        tags,
        summary: "The notice of this hash",
        security: [],
        params: Type.Object({ hash: Type.String() }),
        response: { 200: noticeReply, ...errorReplies },
      },
    },
    async ({ params }) => {
      const published = /^[0-9a-f]{64}$/.test(params.hash) ? await house.notices.byHash(params.hash) : null;
      if (published === null) throw new ProblemError({ code: "NOTICE_UNKNOWN", detail: "hash" });
      return toWire(published);
    },
  );
}
