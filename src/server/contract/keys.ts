import { Type } from "typebox";

export const publicKeysReply = Type.Object(
  {
    keys: Type.Array(
      Type.Object({
        kty: Type.Literal("OKP"),
        crv: Type.Literal("Ed25519"),
        x: Type.String(),
        kid: Type.String(),
        alg: Type.Literal("EdDSA"),
        use: Type.Literal("sig"),
      }),
    ),
  },
  { description: "A JSON Web Key Set, the current key first; retired ones stay, so that old signatures still verify" },
);
