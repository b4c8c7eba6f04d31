// A council's single sign-on for the tests: the certified provider of npm's `oidc-provider`, on loopback.
//
// Settings come from the environment: PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SIGNED_OUT_URI, and ACCOUNTS, a JSON
// file that is read again for every sign-in, so that a test can change the directory. The people in it sign in under
// their key with any password.
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const { PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, SIGNED_OUT_URI, ACCOUNTS } = process.env;

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: [SIGNED_OUT_URI],
    },
  ],
  claims: {
    openid: ["sub", "groups"],
    profile: ["name"],
    email: ["email", "email_verified"],
  },
  // As Entra ID does: what is said of somebody stands in the ID token.
  conformIdTokenClaims: false,
  async findAccount(_, id) {
    const claims = JSON.parse(readFileSync(ACCOUNTS, "utf8"))[id];
    return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) };
  },
  // The council has consented for its staff, so nobody is asked.
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  features: {
    // Its pages fetch a typeface from elsewhere; ours are below.
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      logoutSource(ctx, form) {
        const button = '<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out here too</button>';
        ctx.body = `<!DOCTYPE html><title>Sign out</title><main><h1>Council account</h1>${form}${button}</main>`;
      },
    },
  },
});

// The page that asks people who they are.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) {
    return next();
  }
  if (ctx.method === "POST") {
    let body = "";
    for await (const chunk of ctx.req) {
      body += chunk;
    }
    const login = { accountId: new URLSearchParams(body).get("login") };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login }));
    return;
  }
  ctx.body = `<!DOCTYPE html><title>Council account</title><main><h1>Council account</h1><form method="post">
    <label>Name <input name="login"></label><label>Password <input name="password" type="password"></label>
    <button>Sign in at the council</button></form></main>`;
});

provider.listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
