import { type Static, Type } from "typebox";

export const errorReply = Type.Object(
  {
    error: Type.Object({
      code: Type.String(),
      message: Type.String(),
      remedy: Type.String(),
      detail: Type.Optional(Type.String()),
    }),
  },
  { title: "Error" },
);
export type ErrorReply = Static<typeof errorReply>;

export const errorReplies = { "4xx": errorReply, "5xx": errorReply } as const;
