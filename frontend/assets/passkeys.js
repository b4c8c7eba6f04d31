// Passkeys. Nothing here may be needed to use the service: without it, a password and a code sign in.
//
// What is in a `data-passkey` is a form that asks the server at that address what the browser is to be asked, hands it to the browser,
// and is then sent with what the browser answered. It stays hidden where the browser has no passkeys.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// What the server asks, with bytes where the browser wants bytes.
const asked = ({ publicKey }) => {
  const list = (credentials) => (credentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) {
    options.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
    options.excludeCredentials = list(publicKey.excludeCredentials);
  } else {
    options.allowCredentials = list(publicKey.allowCredentials);
  }
  return options;
};

// What the browser answered, with text where it has bytes.
const answered = (credential) => {
  const response = {};
  for (const name of ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: text(credential.rawId), type, response });
};

const run = async (address, form) => {
  const reply = await fetch(address, { method: "POST" });
  if (!reply.ok) {
    throw new Error(`The server answered ${reply.status}`);
  }
  const publicKey = asked(await reply.json());
  const keys = navigator.credentials;
  const credential = publicKey.user ? await keys.create({ publicKey }) : await keys.get({ publicKey });
  form.elements.namedItem("credential").value = answered(credential);
  form.submit();
};

for (const around of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential || window.origin !== around.dataset.at) {
    continue;
  }
  const form = around.querySelector("form");
  around.hidden = false;
  const failed = form.querySelector("[data-failed]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    run(around.dataset.passkey, form).catch(() => {
      failed.hidden = false;
      failed.focus();
    });
  });
}
for (const without of document.querySelectorAll("[data-without-passkeys]")) {
  without.hidden = Boolean(window.PublicKeyCredential) && window.origin === without.dataset.withoutPasskeys;
}
