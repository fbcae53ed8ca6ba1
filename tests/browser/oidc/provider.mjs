// An identity provider for one client: whoever types an address signs in with it. Addresses that begin with
// "unverified" are vouched for by nobody.
import { Provider } from "oidc-provider";

const [port, client, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: client,
    client_secret: "known-to-the-test",
    redirect_uris: [redirect],
    post_logout_redirect_uris: [redirect],
    scope: "openid email",
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["known-to-the-test"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: `account of ${id}`, email: id, email_verified: !id.startsWith("unverified") }),
  }),
});
// The development forms are styled from outside; nothing may leave the machine.
provider.use(async (context, next) => {
  await next();
  if (typeof context.body === "string") context.body = context.body.replace(/@import url\([^)]*\);/g, "");
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
