import type { Socket } from "node:net";
import type { FastifyError } from "fastify";
import { type Problem, ProblemError } from "#domain/problem.ts";
import { problemReply } from "../problem-reply.ts";

/** What an error of the framework, of a route or of nobody means in the words of the catalogue. */
export function problemOf(error: FastifyError | ProblemError): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error.validation !== undefined) {
    const [first] = error.validation;
    const field = `${error.validationContext ?? "request"}${(first?.instancePath ?? "").replaceAll("/", ".")}`;
    return { code: "REQUEST_INVALID", detail: `${field} ${first?.message ?? "is not valid"}` };
  }
  if (error.code === "FST_ERR_BAD_URL" || error.statusCode === 414)
    return { code: "ROUTE_UNKNOWN", detail: "the path is too long or not properly encoded" };
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") return { code: "BODY_TOO_LARGE", detail: "body" };
  if (error.statusCode === 400 || error.statusCode === 415) return { code: "BODY_NOT_JSON", detail: "body" };
  return { code: "INTERNAL", detail: "unexpected" };
}

/** What is not HTTP at all gets its answer on the bare socket. */
export function answerBadConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const { body } = problemReply({ code: "REQUEST_INVALID", detail: tooLarge ? "the headers are too large" : "this is not HTTP" });
  const status = tooLarge ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
